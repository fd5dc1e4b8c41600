//! Verifying a backup code. Each code works once, for any purpose.

use jiff::Timestamp;

use crate::domain::{BackupCodes, BackupKey, CredentialChange, SecretPurpose};
use crate::operations::prelude::*;
use crate::operations::second_factor::accept_second_factor::{PassedSecondFactor, TurnOn};
use crate::operations::second_factor::claimant::Claimant;
use crate::operations::second_factor::count_attempt::{SecondFactorRefused, count_for_sign_in};
use crate::store::Changes;

#[derive(Debug)]
pub struct VerifyBackupCode {
    /// The code as the user typed it.
    pub code: String,
    pub trust_device: bool,
    /// `false`: the code is spent, and a sign-in still waits for its second factor.
    pub open_session: bool,
    pub client_ip: String,
}

refusals! {
    pub enum VerifyBackupCodeError {
        /// Backup codes of an authenticator that never produced a code do not count.
        NotEnabled: Conflict = "the user has no backup codes",
        /// The code may have been used before.
        InvalidCode: Unauthenticated on BackupCodeSpent = "the code is wrong",
    }
    of {
        Refused(#[from] SecondFactorRefused) = "{0}",
    }
}

impl Core {
    /// `None`: the code was right, and no session was asked for.
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
        let count = |changes| count_for_sign_in(claimant, changes);
        let attempt = self
            .count_attempt(claimant, tally, count, &command.client_ip, now)
            .await?;
        let hash = self.backup_key(&codes).await?.hash(&command.code);
        if !codes.hashes.contains(&hash) {
            return Err(attempt.refuse(VerifyBackupCodeError::InvalidCode));
        }
        let notice = self.credential_notice(user, CredentialChange::BackupCodeUsed, now);
        let spend = |changes: Changes| attempt.give_back(changes.spend_backup_code(user, hash).enqueue(&notice));
        if !command.open_session {
            let changes = spend(Changes::new()).forget_second_factor_attempts(user);
            self.retries(now).commit_once(changes).await?;
            return Ok(None);
        }
        let accepted = self.accept_second_factor(claimant, spend, &TurnOn::Nothing, command.trust_device, now);
        accepted.await.map(Some)
    }

    async fn backup_key(&self, codes: &BackupCodes) -> Result<BackupKey, Interruption> {
        let user = codes.user_id;
        let key = self
            .decrypt_secret(&codes.key, SecretPurpose::BackupCodes, user)
            .await?;
        BackupKey::from_bytes(&key)
            .ok_or_else(|| Interruption::internal("the stored key of the backup codes has an invalid length"))
    }
}
