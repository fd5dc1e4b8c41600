//! Password hashes of other systems. They are stored as they were exported, verified at the next sign-in, and replaced
//! by a hash of this service when the password was right.
//!
//! The stored text names its algorithm like a PHC string. Argon2 has the same form here as in hashes of this service, so
//! it is verified like them, and is only checked here when it is imported.

use std::fmt;
use std::num::NonZeroU32;

use aes::cipher::{BlockCipherEncrypt as _, KeyInit as _};
use argon2::Params;
use argon2::password_hash::phc::PasswordHash as Phc;
use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

use crate::domain::PasswordHash;

/// Base64 with or without padding: exports have both.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new()
        .with_encode_padding(false)
        .with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// The most memory and time that the verification of an imported hash may take. The algorithm and its cost are in the
/// file that is imported, so without a limit one row could exhaust a process.
const MAX_MEMORY: u64 = 64 * 1024 * 1024;
const MAX_NANOSECONDS: u64 = 1_000_000_000;

/// The nanoseconds that one step of each algorithm takes, rounded up from measurements on one core of a server. They are
/// constants, and not measured when a file is imported, so that the same row has the same result on every machine.
const BCRYPT_ROUND: u64 = 70_000;
const SCRYPT_BLOCK: u64 = 450;
const PBKDF2_SHA1_ITERATION: u64 = 700;
const PBKDF2_SHA256_ITERATION: u64 = 800;
const PBKDF2_SHA512_ITERATION: u64 = 1_100;
const ARGON2_KIBIBYTE: u64 = 800;

/// The length of a key of Firebase's scrypt that is compared, and of an output of scrypt at most.
const MAX_OUTPUT: usize = 128;

/// Why an exported hash is not imported.
#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone, Copy)]
pub enum UnusableHash {
    #[error("the password hash has an unknown form")]
    Unknown,
    #[error("verifying the password hash would take more than a second, or more than 64 MiB")]
    TooExpensive,
}

/// The cost parameters of scrypt (RFC 7914).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ScryptCost {
    /// The binary logarithm of N.
    pub log_n: u8,
    pub block_size: u32,
    pub parallelism: u32,
}

/// Where the salt stands in the text that is hashed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SaltPosition {
    Prefix,
    Suffix,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Pbkdf2Digest {
    Sha1,
    Sha256,
    Sha512,
}

/// A hash of another system that is no Argon2 hash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportedHash(Form);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Form {
    /// As bcrypt itself writes it: `$2b$10$...`.
    Bcrypt { text: String, cost: u32 },
    Scrypt {
        cost: ScryptCost,
        salt: Vec<u8>,
        output: Vec<u8>,
    },
    /// Firebase encrypts a key of the project with AES-256-CTR under an scrypt key. The key stream is kept, and not the
    /// project's key with the ciphertext: it depends on the password alone.
    FirebaseScrypt {
        cost: ScryptCost,
        salt: Vec<u8>,
        key_stream: Vec<u8>,
    },
    Pbkdf2 {
        digest: Pbkdf2Digest,
        iterations: NonZeroU32,
        salt: Vec<u8>,
        output: Vec<u8>,
    },
    Sha256 {
        position: SaltPosition,
        salt: Vec<u8>,
        output: Vec<u8>,
    },
}

/// Reads a hash in the text form of its system, if its verification is affordable: bcrypt, the PHC strings of Argon2,
/// scrypt and PBKDF2, `$fbscrypt$` (Firebase's scrypt as Supabase writes it), and the forms that this service stores.
pub fn read_hash(text: &str) -> Result<PasswordHash, UnusableHash> {
    let text = text.trim();
    if text.starts_with("$argon2") {
        return read_argon2(text);
    }
    Ok(ImportedHash::parse(text)?.into_stored())
}

fn read_argon2(text: &str) -> Result<PasswordHash, UnusableHash> {
    let phc = Phc::new(text).map_err(|_| UnusableHash::Unknown)?;
    let params = Params::try_from(&phc).map_err(|_| UnusableHash::Unknown)?;
    if phc.hash.is_none() || phc.salt.is_none() {
        return Err(UnusableHash::Unknown);
    }
    let memory = u64::from(params.m_cost()) * 1024;
    let time = u64::from(params.m_cost()) * u64::from(params.t_cost()) * ARGON2_KIBIBYTE;
    if memory > MAX_MEMORY || time > MAX_NANOSECONDS || params.p_cost() > super::MAX_PARALLELISM {
        return Err(UnusableHash::TooExpensive);
    }
    Ok(PasswordHash::from_phc(text.to_owned()))
}

/// A hash of Better Auth: scrypt over the text of the salt, written as `SALT:KEY` in hexadecimal.
pub fn read_better_auth_hash(text: &str) -> Result<PasswordHash, UnusableHash> {
    const COST: ScryptCost = ScryptCost {
        log_n: 14,
        block_size: 16,
        parallelism: 1,
    };
    let (salt, key) = text.split_once(':').ok_or(UnusableHash::Unknown)?;
    let output = from_hex(key).filter(|output| !output.is_empty() && !salt.is_empty());
    let hash = ImportedHash::scrypt(COST, salt.as_bytes(), &output.ok_or(UnusableHash::Unknown)?)?;
    Ok(hash.into_stored())
}

/// The bytes that a text in hexadecimal stands for.
pub fn from_hex(text: &str) -> Option<Vec<u8>> {
    let digits: Option<Vec<u8>> = text
        .chars()
        .map(|digit| digit.to_digit(16).and_then(|digit| u8::try_from(digit).ok()))
        .collect();
    let digits = digits.filter(|digits| digits.len() % 2 == 0)?;
    Some(digits.chunks(2).map(|pair| (pair[0] << 4) | pair[1]).collect())
}

/// The bytes that a text in Base64 stands for, with or without padding, in the common alphabet or in that for URLs.
pub fn from_base64(text: &str) -> Option<Vec<u8>> {
    BASE64.decode(text.replace('-', "+").replace('_', "/")).ok()
}

impl ImportedHash {
    pub fn scrypt(cost: ScryptCost, salt: &[u8], output: &[u8]) -> Result<Self, UnusableHash> {
        Self::checked(Form::Scrypt {
            cost,
            salt: salt.to_vec(),
            output: output.to_vec(),
        })
    }

    /// `salt` is the user's, followed by the separator of the project. `signer_key` is the project's.
    pub fn firebase_scrypt(
        cost: ScryptCost,
        salt: Vec<u8>,
        signer_key: &[u8],
        hash: &[u8],
    ) -> Result<Self, UnusableHash> {
        if hash.is_empty() || hash.len() != signer_key.len() {
            return Err(UnusableHash::Unknown);
        }
        let key_stream = hash.iter().zip(signer_key).map(|(hash, key)| hash ^ key).collect();
        Self::checked(Form::FirebaseScrypt { cost, salt, key_stream })
    }

    /// SHA-256 over salt and password. A hash without a salt is not accepted: one table of guesses breaks all of them.
    pub fn salted_sha256(position: SaltPosition, salt: &[u8], output: &[u8]) -> Result<Self, UnusableHash> {
        Self::checked(Form::Sha256 {
            position,
            salt: salt.to_vec(),
            output: output.to_vec(),
        })
    }

    pub fn into_stored(self) -> PasswordHash {
        PasswordHash::from_phc(self.to_string())
    }

    /// Whether the stored text is one of these forms, and no PHC string of Argon2.
    pub(super) fn is_form_of(text: &str) -> bool {
        !text.starts_with("$argon2")
    }

    pub(super) fn parse(text: &str) -> Result<Self, UnusableHash> {
        let form = Form::parse(text).ok_or(UnusableHash::Unknown)?;
        Self::checked(form)
    }

    fn checked(form: Form) -> Result<Self, UnusableHash> {
        if !form.is_sound() {
            return Err(UnusableHash::Unknown);
        }
        if form.nanoseconds() > MAX_NANOSECONDS || form.memory() > MAX_MEMORY {
            return Err(UnusableHash::TooExpensive);
        }
        Ok(Self(form))
    }

    /// Outputs are compared in constant time.
    pub(super) fn is_of(&self, password: &[u8]) -> bool {
        self.0.is_of(password).unwrap_or(false)
    }
}

impl Form {
    fn parse(text: &str) -> Option<Self> {
        let mut parts = text.strip_prefix('$')?.split('$');
        let (name, parameters) = (parts.next()?, parts.next()?);
        if matches!(name, "2a" | "2b" | "2x" | "2y") {
            // The crate takes the text as a whole.
            let is_whole = parts.next()?.len() == 53 && parts.next().is_none();
            let cost = parameters.parse().ok()?;
            return is_whole.then(|| Self::Bcrypt {
                text: text.to_owned(),
                cost,
            });
        }
        let (salt, output) = (from_base64(parts.next()?)?, from_base64(parts.next()?)?);
        if parts.next().is_some() {
            return None;
        }
        let parameter = |wanted: &str| {
            let mut pairs = parameters.split(',').filter_map(|pair| pair.split_once('='));
            pairs.find(|(name, _)| *name == wanted).map(|(_, value)| value)
        };
        let number = |name: &str| parameter(name)?.parse::<u32>().ok();
        let scrypt_cost = |log_n: &str| {
            Some(ScryptCost {
                log_n: u8::try_from(number(log_n)?).ok()?,
                block_size: number("r")?,
                parallelism: number("p")?,
            })
        };
        Some(match name {
            "scrypt" => Self::Scrypt {
                cost: scrypt_cost("ln")?,
                salt,
                output,
            },
            "firebase-scrypt" => Self::FirebaseScrypt {
                cost: scrypt_cost("ln")?,
                salt,
                key_stream: output,
            },
            "fbscrypt" => {
                let separator = parameter("ss").map_or(Some(Vec::new()), from_base64)?;
                let signer_key = from_base64(parameter("sk")?)?;
                let salt = [salt, separator].concat();
                return ImportedHash::firebase_scrypt(scrypt_cost("n")?, salt, &signer_key, &output)
                    .ok()
                    .map(|hash| hash.0);
            }
            "sha256" => Self::Sha256 {
                position: match parameter("salt")? {
                    "prefix" => SaltPosition::Prefix,
                    "suffix" => SaltPosition::Suffix,
                    _ => return None,
                },
                salt,
                output,
            },
            _ => Self::Pbkdf2 {
                digest: Pbkdf2Digest::parse(name.strip_prefix("pbkdf2-")?)?,
                iterations: NonZeroU32::new(number("i")?)?,
                salt,
                output,
            },
        })
    }

    /// Whether salt and output have possible lengths.
    fn is_sound(&self) -> bool {
        match self {
            Self::Bcrypt { .. } => true,
            Self::Scrypt { cost, output, .. } => cost.is_possible() && (16..=MAX_OUTPUT).contains(&output.len()),
            Self::FirebaseScrypt { cost, key_stream, .. } => {
                cost.is_possible() && (16..=MAX_OUTPUT).contains(&key_stream.len())
            }
            Self::Pbkdf2 { output, .. } => (16..=MAX_OUTPUT).contains(&output.len()),
            Self::Sha256 { salt, output, .. } => !salt.is_empty() && output.len() == 32,
        }
    }

    fn nanoseconds(&self) -> u64 {
        match self {
            Self::Bcrypt { cost, .. } => BCRYPT_ROUND.saturating_mul(1_u64.checked_shl(*cost).unwrap_or(u64::MAX)),
            Self::Scrypt { cost, .. } | Self::FirebaseScrypt { cost, .. } => {
                let blocks = cost.blocks().saturating_mul(u64::from(cost.parallelism));
                blocks.saturating_mul(SCRYPT_BLOCK)
            }
            Self::Pbkdf2 {
                digest,
                iterations,
                output,
                ..
            } => {
                let (length, iteration) = digest.length_and_nanoseconds();
                let blocks = u64::try_from(output.len().div_ceil(length)).unwrap_or(u64::MAX);
                blocks.saturating_mul(u64::from(iterations.get()) * iteration)
            }
            Self::Sha256 { .. } => 0,
        }
    }

    /// In bytes.
    fn memory(&self) -> u64 {
        match self {
            Self::Scrypt { cost, .. } | Self::FirebaseScrypt { cost, .. } => cost.blocks().saturating_mul(128),
            Self::Bcrypt { .. } | Self::Pbkdf2 { .. } | Self::Sha256 { .. } => 0,
        }
    }

    /// `None`: a crate does not accept the parameters.
    fn is_of(&self, password: &[u8]) -> Option<bool> {
        match self {
            Self::Bcrypt { text, .. } => bcrypt::verify(password, text).ok(),
            Self::Scrypt { cost, salt, output } => {
                let computed = cost.derive(password, salt, output.len())?;
                Some(computed.ct_eq(output).into())
            }
            Self::FirebaseScrypt { cost, salt, key_stream } => {
                let key: [u8; 32] = cost.derive(password, salt, 32)?.try_into().ok()?;
                Some(aes_key_stream(&key, key_stream.len()).ct_eq(key_stream).into())
            }
            Self::Pbkdf2 {
                digest,
                iterations,
                salt,
                output,
            } => Some(ring::pbkdf2::verify(digest.algorithm(), *iterations, salt, password, output).is_ok()),
            Self::Sha256 { position, salt, output } => {
                let computed = match position {
                    SaltPosition::Prefix => Sha256::new().chain_update(salt).chain_update(password),
                    SaltPosition::Suffix => Sha256::new().chain_update(password).chain_update(salt),
                };
                Some(computed.finalize()[..].ct_eq(output).into())
            }
        }
    }
}

/// The key stream of AES-256 in counter mode, with a counter that starts at zero.
fn aes_key_stream(key: &[u8; 32], length: usize) -> Vec<u8> {
    let cipher = aes::Aes256::new(key.into());
    let blocks = (0_u128..).map(|counter| {
        let mut block = counter.to_be_bytes().into();
        cipher.encrypt_block(&mut block);
        <[u8; 16]>::from(block)
    });
    blocks.flatten().take(length).collect()
}

impl ScryptCost {
    fn is_possible(self) -> bool {
        self.log_n > 0 && self.log_n < 32 && self.block_size > 0 && self.parallelism > 0
    }

    /// N blocks of the block size, in units of 128 bytes.
    fn blocks(self) -> u64 {
        let n = 1_u64.checked_shl(u32::from(self.log_n)).unwrap_or(u64::MAX);
        n.saturating_mul(u64::from(self.block_size))
    }

    fn derive(self, password: &[u8], salt: &[u8], length: usize) -> Option<Vec<u8>> {
        let params = scrypt::Params::new(self.log_n, self.block_size, self.parallelism).ok()?;
        let mut output = vec![0; length];
        scrypt::scrypt(password, salt, &params, &mut output).ok()?;
        Some(output)
    }
}

impl Pbkdf2Digest {
    fn parse(name: &str) -> Option<Self> {
        match name {
            "sha1" => Some(Self::Sha1),
            "sha256" => Some(Self::Sha256),
            "sha512" => Some(Self::Sha512),
            _ => None,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Sha1 => "sha1",
            Self::Sha256 => "sha256",
            Self::Sha512 => "sha512",
        }
    }

    fn length_and_nanoseconds(self) -> (usize, u64) {
        match self {
            Self::Sha1 => (20, PBKDF2_SHA1_ITERATION),
            Self::Sha256 => (32, PBKDF2_SHA256_ITERATION),
            Self::Sha512 => (64, PBKDF2_SHA512_ITERATION),
        }
    }

    fn algorithm(self) -> ring::pbkdf2::Algorithm {
        match self {
            Self::Sha1 => ring::pbkdf2::PBKDF2_HMAC_SHA1,
            Self::Sha256 => ring::pbkdf2::PBKDF2_HMAC_SHA256,
            Self::Sha512 => ring::pbkdf2::PBKDF2_HMAC_SHA512,
        }
    }
}

impl fmt::Display for ScryptCost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ln={},r={},p={}", self.log_n, self.block_size, self.parallelism)
    }
}

/// The text that is stored.
impl fmt::Display for ImportedHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (name, parameters, salt, output) = match &self.0 {
            Form::Bcrypt { text, .. } => return f.write_str(text),
            Form::Scrypt { cost, salt, output } => ("scrypt", cost.to_string(), salt, output),
            Form::FirebaseScrypt { cost, salt, key_stream } => ("firebase-scrypt", cost.to_string(), salt, key_stream),
            Form::Pbkdf2 {
                digest,
                iterations,
                salt,
                output,
            } => {
                let length = output.len();
                let digest = digest.name();
                let parameters = format!("i={iterations},l={length}");
                return write!(
                    f,
                    "$pbkdf2-{digest}${parameters}${}${}",
                    BASE64.encode(salt),
                    BASE64.encode(output)
                );
            }
            Form::Sha256 { position, salt, output } => {
                let position = match position {
                    SaltPosition::Prefix => "salt=prefix",
                    SaltPosition::Suffix => "salt=suffix",
                };
                ("sha256", position.to_owned(), salt, output)
            }
        };
        write!(
            f,
            "${name}${parameters}${}${}",
            BASE64.encode(salt),
            BASE64.encode(output)
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn assert_is_of(hash: &PasswordHash, password: &str) {
        let hash = ImportedHash::parse(hash.as_phc()).expect("a hash");
        assert!(hash.is_of(password.as_bytes()), "{hash}");
        assert!(!hash.is_of(b"another password"), "{hash}");
        assert_eq!(ImportedHash::parse(&hash.to_string()), Ok(hash));
    }

    /// From RFC 7914 (section 12), RFC 6070 (section 2), the tests of another bcrypt and the documentation of Firebase's
    /// scrypt; the last one was computed with OpenSSL.
    #[test]
    fn hashes_of_other_systems_match() {
        for (text, password) in [
            ("$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW", "U*U"),
            (
                "$scrypt$ln=14,r=8,p=1$U29kaXVtQ2hsb3JpZGU$\
                 cCO9yzr9c0hGHAbNgf046/2o+7qQT44+qbVD9lRdofLVQylVYT8Pz2LUlwUkKpr55h6F3A1lHkDfzwF7RVdYhw",
                "pleaseletmein",
            ),
            (
                "$pbkdf2-sha1$i=4096,l=20$c2FsdA$SwB5AbdlSJq+rUnZJvch0GWkKcE",
                "password",
            ),
            (
                "$fbscrypt$v=1,n=14,r=8,p=1,ss=Bw==,\
                 sk=jxspr8Ki0RYycVU8zykbdLGjFQ3McFUH0uiiTvC8pVMXAn210wjLNmdZJzxUECKbm0QsEmYUSDzZvpjeJ9WmXA==\
                 $42xEC+ixf3L2lw==$\
                 lSrfV15cpx95/sZS2W9c9Kp6i/LVgQNDNC/qzrCnh1SAyZvqmZqAjTdn3aoItz+VHjoZilo78198JAdRuid5lQ==",
                "user1password",
            ),
            (
                "$sha256$salt=prefix$c2FsdA$E2Ab2k6njlWge5iGbSvmvgdE44ZvE8AMgRyrYIoo8yI",
                "password",
            ),
        ] {
            assert_is_of(&read_hash(text).expect(text), password);
        }
    }

    /// Computed with OpenSSL and the parameters of Better Auth.
    #[test]
    fn a_hash_of_better_auth_is_over_the_text_of_its_salt() {
        let hash = read_better_auth_hash(concat!(
            "00112233445566778899aabbccddeeff:",
            "13af89ff6a88bb0fb3277e79ba724c6c0731b15919ca892969d63abd1534b867",
            "d110179e3bc8af39995ede0f9b2ac14b2b97573df10ba3802c498dbeb61e4f64",
        ));
        assert_is_of(&hash.expect("a hash"), "correct horse");
    }

    #[test]
    fn the_signer_key_of_firebase_is_not_stored() {
        let cost = ScryptCost {
            log_n: 14,
            block_size: 8,
            parallelism: 1,
        };
        let hash = ImportedHash::firebase_scrypt(cost, b"salt".to_vec(), &[7; 64], &[9; 64]).expect("a hash");
        assert!(!hash.to_string().contains(&BASE64.encode([7; 64])));
        assert_eq!(
            ImportedHash::firebase_scrypt(cost, b"salt".to_vec(), &[7; 32], &[9; 64]),
            Err(UnusableHash::Unknown)
        );
    }

    #[test]
    fn expensive_hashes_are_not_imported() {
        let tail = "$U29kaXVtQ2hsb3JpZGU$cCO9yzr9c0hGHAbNgf046/2o+7qQT44+qbVD9lRdofI";
        let bcrypt = ".N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhW";
        for (hash, expected) in [
            (format!("$2b$13${bcrypt}"), None),
            (format!("$2b$14${bcrypt}"), Some(UnusableHash::TooExpensive)),
            (format!("$2b$99${bcrypt}"), Some(UnusableHash::TooExpensive)),
            (format!("$scrypt$ln=16,r=8,p=1{tail}"), None),
            (format!("$scrypt$ln=17,r=8,p=1{tail}"), Some(UnusableHash::TooExpensive)),
            (
                format!("$scrypt$ln=14,r=8,p=64{tail}"),
                Some(UnusableHash::TooExpensive),
            ),
            (format!("$pbkdf2-sha256$i=1200000,l=32{tail}"), None),
            (
                format!("$pbkdf2-sha256$i=4294967295,l=32{tail}"),
                Some(UnusableHash::TooExpensive),
            ),
            (format!("$argon2id$v=19$m=65536,t=3,p=4{tail}"), None),
            (
                format!("$argon2id$v=19$m=65537,t=1,p=1{tail}"),
                Some(UnusableHash::TooExpensive),
            ),
            (
                format!("$argon2id$v=19$m=65536,t=200,p=1{tail}"),
                Some(UnusableHash::TooExpensive),
            ),
        ] {
            assert_eq!(read_hash(&hash).err(), expected, "{hash}");
        }
    }

    #[test]
    fn other_text_is_no_hash() {
        for text in [
            "",
            "plain",
            "$2b$10$short",
            "$md5$x$c2FsdA$c2FsdA",
            "$sha256$salt=prefix$$E2AbldReugNz77rb/U2yXg10CN09nVOMnRT9t24pumM",
            "$pbkdf2-md4$i=1,l=32$c2FsdA$E2AbldReugNz77rb/U2yXg10CN09nVOMnRT9t24pumM",
            "$pbkdf2-sha256$i=0,l=32$c2FsdA$E2AbldReugNz77rb/U2yXg10CN09nVOMnRT9t24pumM",
            "$scrypt$ln=200,r=8,p=1$c2FsdA$E2AbldReugNz77rb/U2yXg10CN09nVOMnRT9t24pumM",
            "$scrypt$ln=14,r=8,p=1$c2FsdA$c2FsdA",
            "$argon2id$v=19$m=65536,t=3,p=4",
        ] {
            assert_eq!(read_hash(text), Err(UnusableHash::Unknown), "{text}");
        }
        assert_eq!(read_better_auth_hash("no colon"), Err(UnusableHash::Unknown));
        assert_eq!(read_better_auth_hash("salt:xyz"), Err(UnusableHash::Unknown));
    }

    /// Prints the nanoseconds of a step of each algorithm, to be compared with the constants above.
    #[test]
    #[ignore = "it measures the machine"]
    fn the_time_of_a_step() {
        let tail = "$U29kaXVtQ2hsb3JpZGU$cCO9yzr9c0hGHAbNgf046/2o+7qQT44+qbVD9lRdofI";
        for (hash, steps, constant) in [
            (
                "$2b$10$.N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhW".to_owned(),
                1024,
                BCRYPT_ROUND,
            ),
            (format!("$scrypt$ln=15,r=8,p=1{tail}"), 32768 * 8, SCRYPT_BLOCK),
            (
                format!(
                    "$pbkdf2-sha1$i=200000,l=20{}",
                    &tail.replace("/2o+7qQT44+qbVD9lRdofI", "")
                ),
                200_000,
                PBKDF2_SHA1_ITERATION,
            ),
            (
                format!("$pbkdf2-sha256$i=200000,l=32{tail}"),
                200_000,
                PBKDF2_SHA256_ITERATION,
            ),
            (
                format!("$pbkdf2-sha512$i=200000,l=32{tail}"),
                200_000,
                PBKDF2_SHA512_ITERATION,
            ),
        ] {
            let imported = ImportedHash::parse(&hash).expect("a hash");
            let began = std::time::Instant::now();
            let rounds = 5;
            for _ in 0..rounds {
                assert!(!imported.is_of(b"correct horse"));
            }
            let step = began.elapsed().as_nanos() / (rounds * steps);
            println!("{hash}: {step} ns measured, {constant} ns assumed");
        }
    }
}
