//! Enrolling an authenticator app. The second factor is not turned on before the app has produced a code.

use jiff::Timestamp;

use crate::domain::totp::{AuthenticatorState, Enrolment};
use crate::domain::{Authenticator, BackupCode, PasswordAttempt, RequestingSession, SecretPurpose, TotpSecret, User};
use crate::operations::prelude::*;
use crate::operations::second_factor::enable_two_factor::EnableTwoFactorError;
use crate::operations::sessions::assurance::{Assured, InPerson};
use crate::store::Changes;

/// The secrets of a new authenticator. They are shown once.
#[derive(Debug)]
pub struct EnrolledAuthenticator {
    pub user: User,
    pub secret: TotpSecret,
    pub backup_codes: Vec<BackupCode>,
}

impl Core {
    /// Replaces an authenticator that has not produced a code yet, and any backup codes.
    pub async fn enroll_authenticator(
        &self,
        caller: &Assured<InPerson>,
        password: &PasswordAttempt,
        client_ip: &str,
        now: Timestamp,
    ) -> Result<EnrolledAuthenticator, EnableTwoFactorError> {
        let proven = self.prove_own_password(caller, password, client_ip, now).await?;
        let mut attempts = self.uncounted_attempts(caller, now);
        loop {
            let caller = attempts.caller();
            let user = &caller.user;
            if user.has_authenticator {
                return Err(EnableTwoFactorError::AlreadyEnabled);
            }
            let secret = TotpSecret::generate(&*self.entropy);
            let (encrypted, (kept, backup_codes)) = tokio::try_join!(
                self.encrypt_secret(secret.as_bytes(), SecretPurpose::Totp, user.id),
                self.new_backup_codes(user.id)
            )?;
            let authenticator = Authenticator {
                user_id: user.id,
                secret: encrypted,
                state: AuthenticatorState::Pending,
                last_step: None,
                enrolment: Some(Enrolment {
                    requester: RequestingSession::of(user, &caller.session),
                    at: now,
                }),
            };
            let changes = Changes::new()
                .put_pending_authenticator(&authenticator)
                .put_backup_codes(&kept);
            if attempts.commit(proven.forgive(changes)).await? {
                return Ok(EnrolledAuthenticator {
                    user: user.clone(),
                    secret,
                    backup_codes,
                });
            }
        }
    }
}
