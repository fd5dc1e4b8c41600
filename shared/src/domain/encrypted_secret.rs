//! Secrets that the service needs in plain text later, and therefore cannot store as hashes. KMS encrypts them.

use std::fmt;

/// The ciphertext of a secret, bound to one user and one purpose. Only KMS decrypts it.
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
}

super::text::text_enum!(SecretPurpose {
    Totp => "totp",
    AdminTotp => "admin-totp",
    BackupCodes => "backup-codes",
    MailedCode => "two-factor-otp",
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
