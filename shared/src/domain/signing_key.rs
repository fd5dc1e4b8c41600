//! The keys that sign tokens, as the table stores them: the public key, and the location of the private key.

use jiff::Timestamp;

/// The audience of a key. Tokens of one ring are never accepted in place of the other's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Ring {
    User,
    Admin,
}

/// All keys of a ring, newest last. Retired keys stay until the last token that they signed has expired.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct KeyRing {
    pub keys: Vec<SigningKey>,
    /// Incremented by each write (optimistic lock).
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
    /// When the key stopped signing; `None` while it signs.
    pub retired_at: Option<Timestamp>,
}

/// The location of the private key. Neither form can be used without KMS.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PrivateKey {
    /// The private key never leaves the HSM; KMS signs.
    Kms { key_id: String },
    /// The private key is encrypted under the envelope key and decrypted once per execution environment.
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

    /// Makes `key` the only key that signs. A key that was in the ring before is not duplicated.
    pub fn activate(&mut self, key: SigningKey, now: Timestamp) {
        self.keys.retain(|known| known.kid != key.kid);
        for known in &mut self.keys {
            known.retired_at.get_or_insert(now);
        }
        self.keys.push(key);
    }

    pub fn find(&self, kid: &str) -> Option<&SigningKey> {
        self.keys.iter().find(|key| key.kid == kid)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(kid: &str) -> SigningKey {
        SigningKey {
            kid: kid.to_owned(),
            public_key: Vec::new(),
            private_key: PrivateKey::Kms { key_id: kid.to_owned() },
            created_at: Timestamp::UNIX_EPOCH,
            retired_at: None,
        }
    }

    #[test]
    fn one_key_signs_and_one_that_comes_back_is_there_once() {
        let mut ring = KeyRing::default();
        for kid in ["a", "b", "a"] {
            ring.activate(key(kid), Timestamp::UNIX_EPOCH);
        }
        assert_eq!(ring.active().map(|key| key.kid.as_str()), Some("a"));
        assert_eq!(
            ring.keys.iter().map(|key| key.kid.as_str()).collect::<Vec<_>>(),
            ["b", "a"]
        );
        assert_eq!(ring.keys.iter().filter(|key| key.retired_at.is_none()).count(), 1);
    }
}
