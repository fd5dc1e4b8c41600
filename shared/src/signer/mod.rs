//! KMS: the keys that sign tokens, and secrets that are encrypted before they are stored.
//!
//! [`Signer`] makes keys (`keys`), signs access tokens (`sign`) and verifies them offline (`verify`), and encrypts small
//! secrets (`envelope`); `describe` is for operators. `claims` is an access token on the wire, `jwks` a public key on the wire,
//! `kms` how KMS is called. Which keys there are, and which of them signs, is decided and kept elsewhere.

mod claims;
mod describe;
mod envelope;
#[cfg(test)]
mod fixture;
mod jwks;
mod keys;
mod kms;
mod sign;
#[cfg(test)]
mod tests;
mod verify;

use std::sync::LazyLock;

use aws_sdk_kms::Client;

pub use self::envelope::EnvelopeError;
pub use self::jwks::jwk_set;
use self::keys::UnwrappedKeys;
use self::verify::Verifier;
pub use self::verify::{TokenRejected, key_id_of};
use crate::domain::signing_key::Ring;
use crate::domain::text::text_enum;

/// Who signs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SigningMode {
    /// KMS, once per token: the private key never leaves the HSM.
    Kms,
    /// This process, with a key that KMS decrypted for it: for volume beyond the request quota of KMS.
    Wrapped,
}

text_enum!(SigningMode { Kms => "kms", Wrapped => "wrapped" });

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignerSettings {
    /// Of keys yet to be made; keys that exist are used as they were made.
    pub mode: SigningMode,
    /// Id, ARN or alias of the KMS key whose public half becomes the user ring's key. Used in mode [`SigningMode::Kms`] only.
    pub user_key_id: String,
    /// The same for the admin ring.
    pub admin_key_id: String,
    /// The symmetric KMS key that wraps private keys and encrypts secrets.
    pub envelope_key_id: String,
    /// The `iss` of every token.
    pub issuer: String,
    /// The `aud` of the user ring's tokens.
    pub audience: String,
    /// The `aud` of the admin ring's tokens.
    pub admin_audience: String,
}

type MakeClient = Box<dyn FnOnce() -> Client + Send + Sync>;

/// Makes keys, and signs and verifies tokens with those it is handed.
#[derive(Debug)]
pub struct Signer {
    kms: LazyLock<Client, MakeClient>,
    settings: SignerSettings,
    unwrapped: UnwrappedKeys,
    verifier: Verifier,
}

/// Why there is no key, or no token.
#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone, Copy)]
pub enum SignerError {
    /// The cause is in the log.
    #[error("KMS did not do what it was asked")]
    Unavailable {
        /// The account's request quota is used up: later it may work.
        throttled: bool,
    },
    #[error("the key is no P-256 signing key, or not the one as which it is stored")]
    UnusableKey,
}

impl Signer {
    /// The client is made at the first call that needs it: most requests sign nothing, and building it takes time at a cold start.
    pub fn new(kms: impl FnOnce() -> Client + Send + Sync + 'static, settings: SignerSettings) -> Self {
        let verifier = Verifier::new(&settings);
        Self {
            kms: LazyLock::new(Box::new(kms)),
            settings,
            unwrapped: UnwrappedKeys::default(),
            verifier,
        }
    }

    /// The mode in which new keys are made.
    pub fn mode(&self) -> SigningMode {
        self.settings.mode
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
