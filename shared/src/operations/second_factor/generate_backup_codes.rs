//! Generating new backup codes.

use jiff::Timestamp;

use crate::domain::{
    BackupCode, BackupCodes, BackupKey, CredentialChange, PasswordAttempt, SecretPurpose, User, UserId,
};
use crate::operations::passwords::prove_password::NotProven;
use crate::operations::prelude::*;
use crate::operations::sessions::assurance::{Assured, InPerson};
use crate::store::Changes;

refusals! {
    pub enum GenerateBackupCodesError {
        NotEnabled: Conflict = "the user's second factor is turned off",
    }
    of {
        NotProven(#[from] NotProven) = "{0}",
    }
}

impl Core {
    /// The earlier codes no longer work.
    pub async fn generate_backup_codes(
        &self,
        caller: &Assured<InPerson>,
        password: &PasswordAttempt,
        client_ip: &str,
        now: Timestamp,
    ) -> Result<Vec<BackupCode>, GenerateBackupCodesError> {
        expect_enabled(&caller.user)?;
        let proven = self.prove_own_password(caller, password, client_ip, now).await?;
        let notice = self.credential_notice(caller.user.id, CredentialChange::BackupCodesCreated, now);
        let mut attempts = self.uncounted_attempts(caller, now);
        loop {
            let caller = attempts.caller();
            expect_enabled(&caller.user)?;
            let (kept, codes) = self.new_backup_codes(caller.user.id).await?;
            let changes = Changes::new().put_backup_codes(&kept).enqueue(&notice);
            if attempts.commit(proven.forgive(changes)).await? {
                return Ok(codes);
            }
        }
    }

    /// Ten codes, and the hashes of them that are stored.
    pub(super) async fn new_backup_codes(&self, user: UserId) -> Result<(BackupCodes, Vec<BackupCode>), Interruption> {
        let codes = BackupCode::generate_all(&*self.entropy);
        let key = BackupKey::generate(&*self.entropy);
        let kept = BackupCodes {
            user_id: user,
            key: self
                .encrypt_secret(key.as_bytes(), SecretPurpose::BackupCodes, user)
                .await?,
            hashes: codes.iter().map(|code| key.hash(code.as_str())).collect(),
        };
        Ok((kept, codes))
    }
}

fn expect_enabled(user: &User) -> Result<(), GenerateBackupCodesError> {
    if user.two_factor_enabled {
        Ok(())
    } else {
        Err(GenerateBackupCodesError::NotEnabled)
    }
}
