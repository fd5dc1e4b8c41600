//! Backup codes: ten codes for a user who has lost the authenticator, each valid once.
//!
//! A code has 59 bits of entropy. That suffices against online guessing, where attempts are limited, but not against an
//! offline attack on unkeyed hashes. Therefore the hashes are keyed, and KMS encrypts the key.

use std::collections::BTreeSet;
use std::fmt;

use hmac::{Hmac, Mac};
use sha2::Sha256;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use super::code;
use super::encrypted_secret::EncryptedSecret;
use super::ids::UserId;
use crate::entropy::Entropy;

/// The number of codes per user.
const CODES: usize = 10;
/// The number of characters in each of the two groups of a code, which a hyphen separates.
const GROUP: usize = 5;

const ALPHABET: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// A code in plain text. The user sees it once.
#[derive(Clone)]
pub struct BackupCode(Zeroizing<String>);

/// The key that hashes the codes of one user (HMAC-SHA-256, RFC 2104).
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct BackupKey([u8; 32]);

/// The keyed hash of a code, which is stored in its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct BackupCodeHash([u8; 32]);

/// The unused codes of a user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BackupCodes {
    pub user_id: UserId,
    /// The encrypted [`BackupKey`].
    pub key: EncryptedSecret,
    pub hashes: BTreeSet<BackupCodeHash>,
}

impl BackupCode {
    pub fn generate_all(entropy: &dyn Entropy) -> Vec<Self> {
        (0..CODES).map(|_| Self::generate(entropy)).collect()
    }

    fn generate(entropy: &dyn Entropy) -> Self {
        let mut code = Zeroizing::new(String::with_capacity(2 * GROUP + 1));
        for at in 0..2 * GROUP {
            if at == GROUP {
                code.push('-');
            }
            code.push(entropy.pick(ALPHABET));
        }
        Self(code)
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The form in which codes are generated, of a code as the user typed it.
    pub fn canonical(typed: &str) -> String {
        let mut code = code::normalized(typed);
        if code.len() == 2 * GROUP && code.is_ascii() {
            code.insert(GROUP, '-');
        }
        code
    }
}

impl BackupKey {
    pub fn generate(entropy: &dyn Entropy) -> Self {
        Self(entropy.bytes())
    }

    /// `None` means that the key does not have 32 bytes.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().map(Self).ok()
    }

    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    pub fn hash(&self, code: &str) -> BackupCodeHash {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0).expect("HMAC takes keys of any length");
        mac.update(code.as_bytes());
        BackupCodeHash(mac.finalize().into_bytes().into())
    }
}

impl BackupCodeHash {
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Debug for BackupCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("BackupCode(…)")
    }
}

impl fmt::Debug for BackupKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("BackupKey(…)")
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU8, Ordering};

    use super::*;

    /// An entropy source that yields all byte values in ascending order.
    #[derive(Default)]
    struct Counting(AtomicU8);

    impl Entropy for Counting {
        fn fill(&self, bytes: &mut [u8]) {
            for byte in bytes {
                *byte = self.0.fetch_add(1, Ordering::Relaxed);
            }
        }
    }

    #[test]
    fn every_character_is_as_likely_as_any_other() {
        let entropy = Counting::default();
        let mut seen = std::collections::BTreeMap::<char, usize>::new();
        for _ in 0..4 * ALPHABET.len() {
            *seen.entry((&entropy as &dyn Entropy).pick(ALPHABET)).or_default() += 1;
        }
        assert_eq!(seen.len(), 62);
        assert!(seen.values().all(|count| *count == 4), "{seen:?}");
    }

    #[test]
    fn codes_look_as_documented_and_differ() {
        let codes = BackupCode::generate_all(&Counting::default());
        let texts: BTreeSet<&str> = codes.iter().map(BackupCode::as_str).collect();
        assert_eq!(texts.len(), 10);
        assert!(texts.contains("01234-56789"), "{texts:?}");
        assert!(texts.iter().all(|text| text.len() == 11 && text.as_bytes()[5] == b'-'));
    }

    #[test]
    fn a_code_is_found_however_it_is_typed() {
        for typed in [
            "aB3dE-fG7hI",
            "aB3dEfG7hI",
            " aB3dE fG7hI\n",
            "ａＢ３ｄＥ－ｆＧ７ｈＩ",
            "aB٣dE\u{2010}fG٧hI",
        ] {
            assert_eq!(BackupCode::canonical(typed), "aB3dE-fG7hI", "{typed}");
        }
        for other in ["ab3de-fg7hi", "aB3dE-fG7hIx", "", "éB3dE-fG7hI"] {
            assert_ne!(BackupCode::canonical(other), "aB3dE-fG7hI", "{other}");
        }
    }

    #[test]
    fn a_hash_is_of_one_key_and_one_code() {
        let (key, other) = (BackupKey([1; 32]), BackupKey([2; 32]));
        assert_eq!(key.hash("01234-56789"), key.hash("01234-56789"));
        assert_ne!(key.hash("01234-56789"), other.hash("01234-56789"));
        assert_ne!(key.hash("01234-56789"), key.hash("0123456789"));
    }
}
