//! Secrets that the service needs in plain text later, and therefore cannot store as hashes. KMS encrypts them.

use std::fmt;

/// The ciphertext of a secret, bound to one owner and one purpose. Only KMS decrypts it.
#[derive(Clone, PartialEq, Eq)]
pub struct EncryptedSecret(Vec<u8>);

/// The purpose of a secret. It is part of the encryption context, and IAM policies permit each function to decrypt
/// secrets of certain purposes only.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SecretPurpose {
    /// The shared secret of a user's authenticator app (TOTP).
    Totp,
    /// The shared secret of an administrator's authenticator app.
    AdminTotp,
    /// The key under which a user's backup codes are hashed.
    BackupCodes,
    /// A second-factor code that was sent by e-mail.
    MailedCode,
    /// The client secret of an identity provider that administrators keep. It is bound to its record.
    SocialProvider,
}

super::text::text_enum!(SecretPurpose {
    Totp => "totp",
    AdminTotp => "admin-totp",
    BackupCodes => "backup-codes",
    MailedCode => "two-factor-otp",
    SocialProvider => "social-provider",
});

impl EncryptedSecret {
    pub fn from_bytes(ciphertext: Vec<u8>) -> Self {
        Self(ciphertext)
    }

    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for EncryptedSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("EncryptedSecret(…)")
    }
}

/// For serde: the ciphertext as Base64.
pub mod as_base64 {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;
    use serde::de::Error as _;
    use serde::{Deserialize, Deserializer, Serializer};

    use super::EncryptedSecret;

    pub fn serialize<S: Serializer>(secret: &EncryptedSecret, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&STANDARD.encode(secret.as_bytes()))
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<EncryptedSecret, D::Error> {
        let bytes = STANDARD.decode(String::deserialize(deserializer)?);
        bytes.map(EncryptedSecret::from_bytes).map_err(D::Error::custom)
    }
}
