//! Turning the second factor off, which deletes the authenticator, the backup codes and the trusted browsers.

use jiff::Timestamp;

use crate::domain::{CredentialChange, PasswordAttempt};
use crate::operations::passwords::prove_password::NotProven;
use crate::operations::prelude::*;
use crate::operations::sessions::assurance::{Assured, InPerson};
use crate::operations::sessions::renew_session::RenewedSession;
use crate::store::Changes;

refusals! {
    pub enum DisableTwoFactorError {
    }
    of {
        NotProven(#[from] NotProven) = "{0}",
    }
}

impl Core {
    pub async fn disable_two_factor(
        &self,
        caller: &Assured<InPerson>,
        password: &PasswordAttempt,
        client_ip: &str,
        now: Timestamp,
    ) -> Result<RenewedSession, DisableTwoFactorError> {
        let proven = self.prove_own_password(caller, password, client_ip, now).await?;
        let notice = self.credential_notice(caller.user.id, CredentialChange::SecondFactorOff, now);
        let mut attempts = self.uncounted_attempts(caller, now);
        loop {
            let caller = attempts.caller();
            let mut user = caller.user.clone();
            user.turn_off_second_factor();
            let changes = proven
                .forgive(Changes::new())
                .delete_authenticator(user.id)
                .delete_backup_codes(user.id)
                .forget_second_factor_attempts(user.id)
                .enqueue(&notice);
            if let Some(renewed) = attempts.commit_and_renew(changes, user, None).await? {
                return Ok(renewed);
            }
        }
    }
}
