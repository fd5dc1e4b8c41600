//! Turning the second factor off: the authenticator, the backup codes and the trust of browsers go with it.

use jiff::Timestamp;

use crate::domain::{PasswordAttempt, Session, User};
use crate::operations::core::Core;
use crate::operations::interruption::Interruption;
use crate::operations::interruption::interruptible;
use crate::operations::passwords::prove_password::{NotProven, expect_second_factor};
use crate::operations::sessions::authenticate::Caller;
use crate::operations::sessions::renew_session::{NotChanged, RenewedSession};
use crate::store::{CommitError, Conflict};

#[derive(Debug, thiserror::Error)]
pub enum DisableTwoFactorError {
    #[error(transparent)]
    NotProven(#[from] NotProven),
    #[error(transparent)]
    Interrupted(#[from] Interruption),
}

interruptible!(DisableTwoFactorError);

impl Core {
    pub async fn disable_two_factor(
        &self,
        caller: &Caller,
        password: &PasswordAttempt,
        client_ip: &str,
        now: Timestamp,
    ) -> Result<RenewedSession, DisableTwoFactorError> {
        let proven = self.prove_own_password(caller, password, client_ip, now).await?;
        let change = |session: &Session, user: &mut User, changes| {
            expect_second_factor(session, user)?;
            user.turn_off_second_factor();
            Ok(proven
                .forgive(changes)
                .delete_authenticator(user.id)
                .delete_backup_codes(user.id)
                .forget_second_factor_attempts(user.id))
        };
        match self.change_and_renew(caller, None, change, now).await {
            Ok(renewed) => Ok(renewed),
            Err(NotChanged::Refused(reason)) => Err(DisableTwoFactorError::NotProven(reason)),
            Err(NotChanged::Failed(CommitError::Conflict(Conflict::SessionGone))) => {
                Err(Interruption::SessionGone.into())
            }
            Err(NotChanged::Failed(error)) => Err(error.into()),
        }
    }
}
