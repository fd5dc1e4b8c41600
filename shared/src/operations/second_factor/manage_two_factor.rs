//! Seeing the authenticator's secret again, for another telephone, and getting new backup codes.

use jiff::Timestamp;

use crate::domain::{BackupCode, PasswordAttempt, TotpSecret};
use crate::operations::core::Core;
use crate::operations::interruption::Interruption;
use crate::operations::interruption::interruptible;
use crate::operations::passwords::prove_password::NotProven;
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

#[derive(Debug, thiserror::Error)]
pub enum GenerateBackupCodesError {
    #[error("the user asks for no second factor")]
    NotEnabled,
    #[error(transparent)]
    NotProven(#[from] NotProven),
    #[error(transparent)]
    Interrupted(#[from] Interruption),
}

interruptible!(ShowTotpSecretError, GenerateBackupCodesError);

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

    /// The earlier ones no longer work.
    pub async fn generate_backup_codes(
        &self,
        caller: &Caller,
        password: &PasswordAttempt,
        client_ip: &str,
        now: Timestamp,
    ) -> Result<Vec<BackupCode>, GenerateBackupCodesError> {
        caller.expect_in_person()?;
        if !caller.user.two_factor_enabled {
            return Err(GenerateBackupCodesError::NotEnabled);
        }
        let proven = self.prove_own_password(caller, password, client_ip, now).await?;
        proven.expect_second_factor(&caller.session)?;
        let (kept, codes) = self.new_backup_codes(proven.user.id).await?;
        // Not for a user who turned it off meanwhile, or is gone.
        let changes = Changes::new().put_backup_codes(&kept).expect_user(&proven.user);
        self.store.commit(proven.forgive(changes)).await?;
        Ok(codes)
    }
}
