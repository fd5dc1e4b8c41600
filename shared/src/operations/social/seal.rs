//! Secrets that the service needs again are encrypted by KMS before they are stored, for one user and one purpose.

use zeroize::Zeroizing;

use crate::domain::{SealPurpose, Sealed, UserId};
use crate::operations::core::Core;
use crate::operations::interruption::Interruption;

impl Core {
    /// One KMS call.
    pub(in crate::operations) async fn seal(
        &self,
        secret: &[u8],
        purpose: SealPurpose,
        user: UserId,
    ) -> Result<Sealed, Interruption> {
        let user = user.to_string();
        let sealed = self.signer.encrypt(secret, &context(purpose, &user)).await?;
        Ok(Sealed::from_bytes(sealed))
    }

    /// One KMS call. What was sealed for somebody else, or for something else, stays sealed.
    pub(in crate::operations) async fn unseal(
        &self,
        sealed: &Sealed,
        purpose: SealPurpose,
        user: UserId,
    ) -> Result<Zeroizing<Vec<u8>>, Interruption> {
        let user = user.to_string();
        Ok(self.signer.decrypt(sealed.as_bytes(), &context(purpose, &user)).await?)
    }
}

fn context(purpose: SealPurpose, user: &str) -> [(&'static str, &str); 2] {
    [("purpose", purpose.as_str()), ("user", user)]
}
