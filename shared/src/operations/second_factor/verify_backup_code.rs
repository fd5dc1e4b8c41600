//! Showing a backup code. Each is good once, whatever it is shown for.

use jiff::Timestamp;

use crate::domain::{BackupKey, SealPurpose};
use crate::operations::core::Core;
use crate::operations::interruption::Interruption;
use crate::operations::interruption::interruptible;
use crate::operations::second_factor::pass_second_factor::{
    Beginning, Claimant, PassedSecondFactor, Passing, SecondFactorRefused,
};
use crate::operations::sessions::renew_session::NotChanged;
use crate::store::{Changes, CommitError, Conflict};

#[derive(Debug)]
pub struct VerifyBackupCode {
    /// As it was typed.
    pub code: String,
    pub trust_device: bool,
    /// Whether it leads to anything. If not, the code is spent, and a sign-in still waits.
    pub open_session: bool,
    pub client_ip: String,
}

#[derive(Debug, thiserror::Error)]
pub enum VerifyBackupCodeError {
    /// ... or asks for no second factor: codes that came with an app which was never shown are nobody's yet.
    #[error("the user has no backup codes")]
    NotEnabled,
    /// ... or it was used before.
    #[error("the code is wrong")]
    InvalidCode,
    #[error(transparent)]
    Refused(#[from] SecondFactorRefused),
    #[error(transparent)]
    Interrupted(#[from] Interruption),
}

interruptible!(VerifyBackupCodeError);

impl Core {
    /// `None`: the code was right, and was to lead to nothing.
    pub async fn verify_backup_code(
        &self,
        claimant: &Claimant,
        command: VerifyBackupCode,
        now: Timestamp,
    ) -> Result<Option<PassedSecondFactor>, VerifyBackupCodeError> {
        claimant.expect_in_person()?;
        let (user, _) = claimant.ids();
        if !claimant.user().two_factor_enabled {
            return Err(VerifyBackupCodeError::NotEnabled);
        }
        let (codes, tally) = self.store.view_for_backup_code(user).await?;
        let codes = codes.ok_or(VerifyBackupCodeError::NotEnabled)?;
        let count = |changes| Self::count_of_sign_in(claimant, changes);
        self.count_attempt(claimant, tally, count, &command.client_ip, now)
            .await?;
        let key = self.unseal(&codes.key, SealPurpose::BackupCodes, user).await?;
        let key = BackupKey::from_bytes(&key)
            .ok_or_else(|| Interruption::internal("the stored key of the backup codes has an invalid length"))?;
        let hash = key.hash(&command.code);
        if !codes.hashes.contains(&hash) {
            return Err(VerifyBackupCodeError::InvalidCode);
        }
        let spend = |changes: Changes| changes.spend_backup_code(user, hash);
        if !command.open_session {
            let changes = spend(Changes::new()).forget_second_factor_attempts(user);
            let committed = self.store.commit(changes).await;
            return committed.map(|()| None).map_err(|error| explained(error.into()));
        }
        let passing = Passing {
            begins: Beginning::Nothing,
            trust_device: command.trust_device,
        };
        let passed = self.pass(claimant, spend, passing, now).await;
        Ok(Some(passed.map_err(explained)?))
    }
}

fn explained(error: NotChanged<SecondFactorRefused>) -> VerifyBackupCodeError {
    match error {
        NotChanged::Refused(refused) => refused.into(),
        NotChanged::Failed(CommitError::Conflict(Conflict::BackupCodeSpent)) => VerifyBackupCodeError::InvalidCode,
        NotChanged::Failed(CommitError::Conflict(Conflict::SessionGone)) => SecondFactorRefused::ChallengeGone.into(),
        NotChanged::Failed(error) => error.into(),
    }
}
