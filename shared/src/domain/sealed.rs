//! Secrets that the service itself needs again, and so cannot keep as hashes.

use std::fmt;

/// A secret as KMS encrypted it, for one user and one purpose. Without KMS it is worth nothing.
#[derive(Clone, PartialEq, Eq)]
pub struct Sealed(Vec<u8>);

/// What a secret is sealed for. Part of what KMS binds the ciphertext to, and of what a function may be allowed to open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SealPurpose {
    /// The secret that a user's authenticator app shares.
    Totp,
    /// The key under which a user's backup codes are hashed.
    BackupCodes,
    /// A code that was mailed.
    MailedCode,
}

super::text::text_enum!(SealPurpose {
    Totp => "totp",
    BackupCodes => "backup-codes",
    MailedCode => "two-factor-otp",
});

impl Sealed {
    pub fn from_bytes(ciphertext: Vec<u8>) -> Self {
        Self(ciphertext)
    }

    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for Sealed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sealed(…)")
    }
}
