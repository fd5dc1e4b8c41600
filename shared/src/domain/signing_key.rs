//! The keys that sign tokens, as the table keeps them: public halves, and where the private half is.

use jiff::Timestamp;

/// Whom a key speaks to. Tokens of one ring are never accepted in place of the other's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Ring {
    User,
    Admin,
}

/// All keys of a ring, newest last. Those that no longer sign stay until the last token they signed has expired.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct KeyRing {
    pub keys: Vec<SigningKey>,
    /// Raised by each write.
    pub version: u64,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SigningKey {
    /// RFC 7638 thumbprint of the public key.
    pub kid: String,
    /// `SubjectPublicKeyInfo` in DER.
    pub public_key: Vec<u8>,
    pub private_key: PrivateKey,
    pub created_at: Timestamp,
    /// Set once it no longer signs.
    pub retired_at: Option<Timestamp>,
}

/// Where the private half is. Neither form can be used without KMS.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PrivateKey {
    /// It never leaves the HSM; KMS signs.
    Kms { key_id: String },
    /// Encrypted under the envelope key; unwrapped once per execution environment.
    Wrapped { ciphertext: Vec<u8> },
}

impl Ring {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Admin => "admin",
        }
    }
}

impl KeyRing {
    /// The key that signs now.
    pub fn active(&self) -> Option<&SigningKey> {
        self.keys.iter().rev().find(|key| key.retired_at.is_none())
    }

    pub fn find(&self, kid: &str) -> Option<&SigningKey> {
        self.keys.iter().find(|key| key.kid == kid)
    }
}
