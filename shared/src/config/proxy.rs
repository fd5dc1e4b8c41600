//! The secrets by which a trusted proxy proves itself.

use std::fmt;
use std::str::FromStr;

use sha2::{Digest, Sha256};
use subtle::{Choice, ConstantTimeEq};

/// Secrets of a header that the proxy adds to each request: the current one and, while it is replaced, the next one.
/// Only their hashes are kept, which have one length and are therefore compared in constant time.
#[derive(Clone, Default)]
pub struct ProxySecrets(Vec<[u8; 32]>);

#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone, Copy)]
#[error("must consist of secrets of at least 32 characters, separated by commas")]
pub struct InvalidProxySecrets;

const MIN_LENGTH: usize = 32;

impl ProxySecrets {
    pub fn contain(&self, presented: &[u8]) -> bool {
        let presented = hash(presented);
        let equal = |found: Choice, known: &[u8; 32]| found | known.ct_eq(&presented);
        self.0.iter().fold(Choice::from(0), equal).into()
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

fn hash(secret: &[u8]) -> [u8; 32] {
    Sha256::digest(secret).into()
}

impl FromStr for ProxySecrets {
    type Err = InvalidProxySecrets;

    fn from_str(text: &str) -> Result<Self, InvalidProxySecrets> {
        let secrets = text.split(',').map(str::trim).filter(|secret| !secret.is_empty());
        let hashes = secrets.map(|secret| (secret.len() >= MIN_LENGTH).then(|| hash(secret.as_bytes())));
        Ok(Self(hashes.collect::<Option<_>>().ok_or(InvalidProxySecrets)?))
    }
}

impl fmt::Debug for ProxySecrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ProxySecrets({})", self.0.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: &str = "0123456789abcdef0123456789abcdef";
    const OTHER: &str = "fedcba9876543210fedcba9876543210";

    #[test]
    fn each_secret_of_the_list_is_accepted_and_nothing_else() {
        let secrets: ProxySecrets = format!("{ONE}, {OTHER}").parse().expect("secrets");
        for (presented, accepted) in [(ONE, true), (OTHER, true), ("", false), (&ONE[1..], false)] {
            assert_eq!(secrets.contain(presented.as_bytes()), accepted, "{presented}");
        }
        let none = ProxySecrets::default();
        assert!(none.is_empty() && !none.contain(b"") && !none.contain(ONE.as_bytes()));
    }

    #[test]
    fn debug_shows_no_secret() {
        let secrets: ProxySecrets = ONE.parse().expect("a secret");
        assert_eq!(format!("{secrets:?}"), "ProxySecrets(1)");
    }
}
