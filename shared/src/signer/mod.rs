//! Use of KMS: the keys that sign tokens, and the encryption of secrets before they are stored.
//!
//! [`Signer`] creates keys (`keys`), signs access tokens (`sign`), verifies them offline (`verify`), and encrypts
//! secrets (`envelope`); `describe` is for operators. `claims` defines the encoded form of an access token, `jwks` that
//! of a public key, and `kms` makes the calls. Operations decide which keys exist and which of them signs; the store
//! keeps them.

mod claims;
mod describe;
mod envelope;
#[cfg(test)]
mod fixture;
mod jwks;
mod keys;
mod kms;
mod public_key;
mod sign;
#[cfg(test)]
mod tests;
mod verify;

use std::sync::LazyLock;

use aws_sdk_kms::Client;

pub use self::envelope::EnvelopeError;
pub use self::jwks::{jwk_of, jwk_set};
use self::keys::UnwrappedKeys;
use self::public_key::PublicKey;
use self::verify::Verifier;
pub use self::verify::{TokenRejected, key_id_of};
use crate::domain::signing_key::{Ring, SigningKey};
use crate::domain::text::text_enum;

/// The party that holds the private key and signs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SigningMode {
    /// KMS signs each token: the private key never leaves the HSM.
    Kms,
    /// This process signs, with a key that KMS decrypted for it: for a volume above the request quota of KMS.
    Wrapped,
}

text_enum!(SigningMode { Kms => "kms", Wrapped => "wrapped" });

/// How tokens are signed (RFC 7518, section 3.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SigningAlgorithm {
    /// ECDSA with P-256 and SHA-256: short tokens, and the cheaper verification key set.
    Es256,
    /// RSASSA-PKCS1-v1_5 with 2048 bits and SHA-256: the only one that the JWT authorizers of API Gateway's HTTP APIs
    /// verify, and a fifth of the price in KMS.
    Rs256,
}

text_enum!(SigningAlgorithm { Es256 => "ES256", Rs256 => "RS256" });

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignerSettings {
    /// The mode of new keys. Existing keys keep the mode in which they were created.
    pub mode: SigningMode,
    /// The algorithm of new keys. Existing keys keep theirs.
    pub algorithm: SigningAlgorithm,
    /// Id, ARN or alias of the KMS key whose public key becomes the user ring's key. Used in mode [`SigningMode::Kms`]
    /// only.
    pub user_key_id: String,
    /// The same for the admin ring.
    pub admin_key_id: String,
    /// The symmetric KMS key that wraps private keys and encrypts secrets.
    pub envelope_key_id: String,
    /// The deployment, which is a tag of the keys that are created for it.
    pub stack: String,
    /// The `iss` of every token.
    pub issuer: String,
    /// The `aud` of the user ring's tokens.
    pub audience: String,
    /// The `aud` of the admin ring's tokens.
    pub admin_audience: String,
}

type MakeClient = Box<dyn FnOnce() -> Client + Send + Sync>;

/// Creates keys, and signs and verifies tokens with the keys that its callers pass.
#[derive(Debug)]
pub struct Signer {
    kms: LazyLock<Client, MakeClient>,
    settings: SignerSettings,
    unwrapped: UnwrappedKeys,
    verifier: Verifier,
}

/// Why no key or no token was created.
#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone, Copy)]
pub enum SignerError {
    /// The cause is logged.
    #[error("the KMS call failed")]
    Unavailable {
        /// Whether the account's request quota is exhausted, so that a later attempt may succeed.
        throttled: bool,
    },
    #[error("the key is neither a P-256 nor a 2048-bit RSA signing key, or not the one with the stored thumbprint")]
    UnusableKey,
}

impl Signer {
    /// The client is created at the first call that needs it, because most requests sign nothing and its creation slows
    /// down a cold start.
    pub fn new(kms: impl FnOnce() -> Client + Send + Sync + 'static, settings: SignerSettings) -> Self {
        let verifier = Verifier::new(&settings);
        Self {
            kms: LazyLock::new(Box::new(kms)),
            settings,
            unwrapped: UnwrappedKeys::default(),
            verifier,
        }
    }

    /// Whether the key is of the mode and the algorithm of new keys.
    pub fn is_as_new(&self, key: &SigningKey) -> bool {
        let is_in_kms = self.settings.mode == SigningMode::Kms;
        key.private_key.is_in_kms() == is_in_kms && self.is_of_algorithm(key)
    }

    /// Whether the key is of the algorithm of new keys.
    pub fn is_of_algorithm(&self, key: &SigningKey) -> bool {
        let public_key = PublicKey::from_der(&key.public_key);
        public_key.is_ok_and(|key| key.algorithm() == self.settings.algorithm)
    }
}

impl SignerSettings {
    fn audience_of(&self, ring: Ring) -> &str {
        match ring {
            Ring::User => &self.audience,
            Ring::Admin => &self.admin_audience,
        }
    }

    fn key_id_of(&self, ring: Ring) -> &str {
        match ring {
            Ring::User => &self.user_key_id,
            Ring::Admin => &self.admin_key_id,
        }
    }
}
