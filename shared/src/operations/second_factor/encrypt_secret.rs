//! Secrets that the service needs in plain text again are encrypted by KMS before they are stored. The ciphertext is
//! bound to one user and one purpose (the encryption context).

use zeroize::Zeroizing;

use crate::domain::{EncryptedSecret, SecretPurpose, UserId};
use crate::operations::prelude::*;

impl Core {
    /// One KMS call.
    pub(in crate::operations) async fn encrypt_secret(
        &self,
        secret: &[u8],
        purpose: SecretPurpose,
        user: UserId,
    ) -> Result<EncryptedSecret, Interruption> {
        let user = user.to_string();
        let ciphertext = self.signer.encrypt(secret, &context(purpose, &user)).await?;
        Ok(EncryptedSecret::from_bytes(ciphertext))
    }

    /// One KMS call. KMS refuses a ciphertext of another user or purpose.
    pub(in crate::operations) async fn decrypt_secret(
        &self,
        secret: &EncryptedSecret,
        purpose: SecretPurpose,
        user: UserId,
    ) -> Result<Zeroizing<Vec<u8>>, Interruption> {
        let user = user.to_string();
        Ok(self.signer.decrypt(secret.as_bytes(), &context(purpose, &user)).await?)
    }
}

fn context(purpose: SecretPurpose, user: &str) -> [(&'static str, &str); 2] {
    [("purpose", purpose.as_str()), ("user", user)]
}
