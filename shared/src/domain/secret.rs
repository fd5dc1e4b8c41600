//! Two types for a secret: the plain text, which a client sees once, and the hash, which is stored. The store's
//! signatures accept only the hash.

use std::fmt;

use hmac::{Hmac, Mac};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::entropy::Entropy;

/// 256 random bits that authenticate the client that presents them.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct Secret([u8; 32]);

/// The stored form of a [`Secret`]: its SHA-256. The secret has full entropy, so a fast hash is sufficient.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SecretHash([u8; 32]);

impl Secret {
    pub fn generate(entropy: &dyn Entropy) -> Self {
        Self(entropy.bytes())
    }

    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    pub fn hash(&self) -> SecretHash {
        SecretHash(Sha256::digest(self.0).into())
    }

    /// Derives a further secret that only a holder of this one and of `salt` can compute (HMAC-SHA-256, RFC 2104).
    #[must_use]
    pub fn derive(&self, salt: &[u8; 32]) -> Self {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0).expect("HMAC takes keys of any length");
        mac.update(salt);
        Self(mac.finalize().into_bytes().into())
    }
}

/// The secret of a refresh token. The `family` part is the same in all successors, the `current` part changes with each
/// rotation.
///
/// The `family` part distinguishes a token that was replaced long ago from a forged one: only the former may end the
/// session.
#[derive(Debug, Clone)]
pub struct RefreshSecret {
    pub family: Secret,
    pub current: Secret,
}

impl RefreshSecret {
    pub fn generate(entropy: &dyn Entropy) -> Self {
        Self {
            family: Secret::generate(entropy),
            current: Secret::generate(entropy),
        }
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

impl SecretHash {
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Compares in constant time.
    pub fn matches(&self, presented: &Secret) -> bool {
        self.0.ct_eq(&presented.hash().0).into()
    }
}
