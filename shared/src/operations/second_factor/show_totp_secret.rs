//! Showing the secret of the authenticator app again, for a second device.

use jiff::Timestamp;

use crate::domain::{Authenticator, PasswordAttempt, SecretPurpose, TotpSecret};
use crate::operations::core::Core;
use crate::operations::interruption::Interruption;
use crate::operations::passwords::prove_password::NotProven;
use crate::operations::refusal::refusals;
use crate::operations::sessions::authenticate::Caller;
use crate::store::Changes;

#[derive(Debug, thiserror::Error)]
pub enum ShowTotpSecretError {
    #[error("the user has no authenticator")]
    NotEnabled,
    #[error(transparent)]
    NotProven(#[from] NotProven),
    #[error(transparent)]
    Interrupted(#[from] Interruption),
}

refusals!(ShowTotpSecretError { NotEnabled: Conflict } of NotProven);

impl Core {
    pub async fn show_totp_secret(
        &self,
        caller: &Caller,
        password: &PasswordAttempt,
        client_ip: &str,
        now: Timestamp,
    ) -> Result<TotpSecret, ShowTotpSecretError> {
        caller.expect_in_person()?;
        let authenticator = self.store.find_authenticator(caller.user.id).await?;
        let authenticator = authenticator.ok_or(ShowTotpSecretError::NotEnabled)?;
        let proven = self.prove_own_password(caller, password, client_ip, now).await?;
        proven.expect_second_factor(&caller.session)?;
        let secret = self.totp_secret(&authenticator).await?;
        self.store.commit(proven.forgive(Changes::new())).await?;
        Ok(secret)
    }

    pub(super) async fn totp_secret(&self, authenticator: &Authenticator) -> Result<TotpSecret, Interruption> {
        let user = authenticator.user_id;
        let secret = self
            .decrypt_secret(&authenticator.secret, SecretPurpose::Totp, user)
            .await?;
        TotpSecret::from_bytes(&secret)
            .ok_or_else(|| Interruption::internal("the stored TOTP secret has an invalid length"))
    }
}
