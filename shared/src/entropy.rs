//! Randomness, behind a trait, so that tests can seed it. Only this file may read random bytes of the operating system.

/// Fills buffers with unpredictable bytes.
pub trait Entropy: Send + Sync {
    fn fill(&self, bytes: &mut [u8]);
}

impl dyn Entropy + '_ {
    /// `N` random bytes.
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.fill(&mut bytes);
        bytes
    }

    /// A character of an alphabet of ASCII, each with the same probability.
    pub fn pick(&self, alphabet: &[u8]) -> char {
        // The largest multiple of the alphabet's length: the bytes from there on would make some characters likelier.
        let fair = 256 - 256 % alphabet.len();
        loop {
            let [byte] = self.bytes();
            if usize::from(byte) < fair {
                return char::from(alphabet[usize::from(byte) % alphabet.len()]);
            }
        }
    }
}

/// The operating system's generator.
#[derive(Debug, Clone, Copy, Default)]
pub struct OsEntropy;

impl Entropy for OsEntropy {
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place that reads the machine's randomness"
    )]
    fn fill(&self, bytes: &mut [u8]) {
        // A process without randomness must not continue, because an attacker could guess its secrets.
        getrandom::fill(bytes).expect("the operating system provides random bytes");
    }
}
