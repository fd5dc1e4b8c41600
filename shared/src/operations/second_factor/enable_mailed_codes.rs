//! Turning the second factor on with codes by mail, with immediate effect.

use jiff::Timestamp;

use crate::domain::{CredentialChange, PasswordAttempt};
use crate::operations::prelude::*;
use crate::operations::second_factor::enable_two_factor::{EnableTwoFactorError, turn_on_mailed_codes};
use crate::operations::sessions::assurance::{Assured, InPerson};
use crate::operations::sessions::renew_session::RenewedSession;
use crate::store::Changes;

impl Core {
    pub async fn enable_mailed_codes(
        &self,
        caller: &Assured<InPerson>,
        password: &PasswordAttempt,
        client_ip: &str,
        now: Timestamp,
    ) -> Result<RenewedSession, EnableTwoFactorError> {
        if !self.settings.two_factor_by_mail {
            return Err(EnableTwoFactorError::MailTurnedOff);
        }
        let proven = self.prove_own_password(caller, password, client_ip, now).await?;
        let notice = self.credential_notice(caller.user.id, CredentialChange::SecondFactorOn, now);
        let mut attempts = self.uncounted_attempts(caller, now);
        loop {
            let caller = attempts.caller();
            let mut user = caller.user.clone();
            if !user.is_email_verified() {
                return Err(EnableTwoFactorError::EmailNotVerified);
            }
            let changes = turn_on_mailed_codes(&mut user, proven.forgive(Changes::new()), &notice, now);
            if let Some(renewed) = attempts.commit_and_renew(changes, user, None).await? {
                return Ok(renewed);
            }
        }
    }
}
