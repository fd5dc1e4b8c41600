//! Turning the second factor on: an authenticator app is enrolled, and stands for nothing until it has shown a code; codes by mail
//! work at once.

use jiff::Timestamp;

use crate::domain::totp::AuthenticatorState;
use crate::domain::{
    Authenticator, BackupCode, BackupCodes, BackupKey, PasswordAttempt, SealPurpose, Sealed, Session, TotpSecret, User,
    UserId,
};
use crate::operations::core::Core;
use crate::operations::interruption::Interruption;
use crate::operations::interruption::interruptible;
use crate::operations::passwords::prove_password::{NotProven, expect_second_factor};
use crate::operations::second_factor::pass_second_factor::with_mailed_codes;
use crate::operations::sessions::authenticate::Caller;
use crate::operations::sessions::renew_session::{NotChanged, RenewedSession};
use crate::store::{Changes, CommitError, Conflict};

#[derive(Debug, thiserror::Error)]
pub enum EnableTwoFactorError {
    #[error(transparent)]
    NotProven(#[from] NotProven),
    #[error("the user has an authenticator")]
    AlreadyEnabled,
    #[error("codes are not sent by mail")]
    MailTurnedOff,
    /// Whoever never got a mail could not sign in again.
    #[error("the address is not verified")]
    EmailNotVerified,
    #[error(transparent)]
    Interrupted(#[from] Interruption),
}

interruptible!(EnableTwoFactorError);

/// What is shown once.
#[derive(Debug)]
pub struct EnrolledAuthenticator {
    pub user: User,
    pub secret: TotpSecret,
    pub backup_codes: Vec<BackupCode>,
}

impl Core {
    /// Replaces an authenticator that has not shown a code yet, and any backup codes.
    pub async fn enroll_authenticator(
        &self,
        caller: &Caller,
        password: &PasswordAttempt,
        client_ip: &str,
        now: Timestamp,
    ) -> Result<EnrolledAuthenticator, EnableTwoFactorError> {
        let proven = self.prove_own_password(caller, password, client_ip, now).await?;
        let user = &proven.user;
        if user.has_authenticator {
            return Err(EnableTwoFactorError::AlreadyEnabled);
        }
        proven.expect_second_factor(&caller.session)?;
        let secret = TotpSecret::generate(&*self.entropy);
        let (sealed, (backup, codes)) = tokio::try_join!(
            self.seal(secret.as_bytes(), SealPurpose::Totp, user.id),
            self.new_backup_codes(user.id)
        )?;
        let changes = Changes::new()
            .put_pending_authenticator(&pending(user.id, sealed))
            .put_backup_codes(&backup)
            .expect_user(user);
        match self.store.commit(proven.forgive(changes)).await {
            Ok(()) => {}
            Err(CommitError::Conflict(Conflict::AuthenticatorMoved)) => {
                return Err(EnableTwoFactorError::AlreadyEnabled);
            }
            Err(error) => return Err(error.into()),
        }
        Ok(EnrolledAuthenticator {
            user: proven.user,
            secret,
            backup_codes: codes,
        })
    }

    pub async fn enable_mailed_codes(
        &self,
        caller: &Caller,
        password: &PasswordAttempt,
        client_ip: &str,
        now: Timestamp,
    ) -> Result<RenewedSession, EnableTwoFactorError> {
        if !self.settings.two_factor_by_mail {
            return Err(EnableTwoFactorError::MailTurnedOff);
        }
        let proven = self.prove_own_password(caller, password, client_ip, now).await?;
        let change = |session: &Session, user: &mut User, changes| {
            if !user.is_email_verified() {
                return Err(EnableTwoFactorError::EmailNotVerified);
            }
            expect_second_factor(session, user)?;
            Ok(with_mailed_codes(user, proven.forgive(changes)))
        };
        match self.change_and_renew(caller, None, change, now).await {
            Ok(renewed) => Ok(renewed),
            Err(NotChanged::Refused(reason)) => Err(reason),
            Err(NotChanged::Failed(CommitError::Conflict(Conflict::SessionGone))) => {
                Err(Interruption::SessionGone.into())
            }
            Err(NotChanged::Failed(error)) => Err(error.into()),
        }
    }

    /// Ten codes, and what is kept of them.
    pub(in crate::operations) async fn new_backup_codes(
        &self,
        user: UserId,
    ) -> Result<(BackupCodes, Vec<BackupCode>), Interruption> {
        let codes = BackupCode::generate_all(&*self.entropy);
        let key = BackupKey::generate(&*self.entropy);
        let kept = BackupCodes {
            user_id: user,
            key: self.seal(key.as_bytes(), SealPurpose::BackupCodes, user).await?,
            hashes: codes.iter().map(|code| key.hash(code.as_str())).collect(),
        };
        Ok((kept, codes))
    }
}

fn pending(user_id: UserId, secret: Sealed) -> Authenticator {
    Authenticator {
        user_id,
        secret,
        state: AuthenticatorState::Pending,
        last_step: None,
    }
}
