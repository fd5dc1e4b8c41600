//! Showing a backup code. Each is good once, whatever it is shown for.

use jiff::Timestamp;

use super::interruption::interruptible;
use super::pass_second_factor::{Claimant, PassedSecondFactor, SecondFactorRefused};
use super::{Core, Interruption};
use crate::domain::{BackupKey, SealPurpose, User};
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
        let user = claimant.user().id;
        let (codes, tally) = self.store.view_for_backup_code(user).await?;
        let codes = codes.ok_or(VerifyBackupCodeError::NotEnabled)?;
        let count = |changes| Self::count_of_sign_in(claimant, changes);
        self.count_attempt(claimant, tally, count, &command.client_ip, now)
            .await?;
        let key = self.unseal(&codes.key, SealPurpose::BackupCodes, user).await?;
        let key = BackupKey::from_bytes(&key).ok_or(Interruption::Internal)?;
        let hash = key.hash(&command.code);
        if !codes.hashes.contains(&hash) {
            return Err(VerifyBackupCodeError::InvalidCode);
        }
        let spend = |changes: Changes| changes.spend_backup_code(user, hash);
        if !command.open_session {
            let changes = spend(Changes::new()).forget_second_factor_attempts(user);
            self.store.commit(changes).await.map_err(explained)?;
            return Ok(None);
        }
        let turn_on = None::<fn(&mut User)>;
        let passed = self
            .pass(claimant, spend, turn_on, command.trust_device, now)
            .await
            .map_err(explained)?;
        Ok(Some(passed))
    }
}

fn explained(error: CommitError) -> VerifyBackupCodeError {
    match error {
        CommitError::Conflict(Conflict::BackupCodeSpent) => VerifyBackupCodeError::InvalidCode,
        CommitError::Conflict(Conflict::SessionGone) => SecondFactorRefused::ChallengeGone.into(),
        error => error.into(),
    }
}
