//! Signing in as an administrator of the platform: the password, and a code of the authenticator app where the
//! administrator has one. Failures are counted as those of users are (see `passwords::guess`), and an unknown address
//! costs the same calls and the same hash as a known one.

use jiff::Timestamp;

use crate::audit;
use crate::domain::audit::Fact;
use crate::domain::session::AuthenticationMethod;
use crate::domain::two_factor::{Locked, Tally};
use crate::domain::{
    AdminAccount, AdminId, Authenticator, EmailAddress, LoginName, MailPurpose, PasswordAttempt, SecretPurpose,
    TotpSecret,
};
use crate::operations::passwords::guess::{Guess, known_device};
use crate::operations::platform_administrators::open_admin_session::OpenedAdminSession;
use crate::operations::prelude::*;
use crate::operations::refusal::Refusal as _;
use crate::operations::sessions::open_session::Client;
use crate::store::{AdminSignInView, Changes, Credential};

#[derive(Debug)]
pub struct SignInAdministrator {
    pub email: EmailAddress,
    pub password: PasswordAttempt,
    /// The code of the authenticator app as it was typed.
    pub code: Option<String>,
    pub client: Client,
}

refusals! {
    pub enum SignInAdministratorError {
        /// The administrator is unknown or the password is wrong. Only the log says which.
        InvalidCredentials: Unauthenticated = "the credentials are wrong",
        /// Only a client that knows the password gets this answer.
        SecondFactorRequired: Forbidden = "the sign-in needs a code of the authenticator app",
        /// The code was used before, perhaps by a parallel request, or the authenticator was replaced in the meantime.
        SecondFactorWrong: Forbidden on AuthenticatorMoved = "the code is wrong",
        Locked(#[from] Locked): Limit = "{0}",
    }
}

fn record_failure(administrator: Option<AdminId>, error: &SignInAdministratorError) {
    let reason = error.to_string();
    audit::record(Fact::AdministratorSignInFailed { administrator, reason });
}

impl Core {
    pub async fn sign_in_administrator(
        &self,
        command: SignInAdministrator,
        now: Timestamp,
    ) -> Result<OpenedAdminSession, SignInAdministratorError> {
        let name = LoginName::Administrator(command.email.clone());
        let named = self.find_name(&name, &command.client, now).await?;
        // For an unknown address the same reads are made, with an unused id.
        let id = named.owner.map(AdminId::of_owner);
        let id = id.unwrap_or_else(|| AdminId::generate(now, &*self.entropy));
        let AdminSignInView {
            admin,
            credential,
            authenticator,
            tally,
        } = self.store.view_for_admin_sign_in(id).await?;
        let (hash, key) = credential
            .map(|Credential { hash, device_key }| (hash, device_key))
            .unzip();
        let key = key.flatten();
        let presented = command.client.known_devices.as_slice();
        let guess = self.guess(named, id.as_owner(), key.as_ref(), presented)?;
        let matches = self.passwords.verify(hash.as_ref(), &command.password).await?.matches;
        let known = admin.is_some();
        let Some(admin) = admin.filter(|admin| matches && admin.email == command.email) else {
            let refused = SignInAdministratorError::InvalidCredentials;
            record_failure(known.then_some(id), &refused);
            self.fail_with_mail(guess, MailPurpose::AdminPasswordLocked { admin_id: id }, now)
                .await?;
            return Err(refused);
        };
        let device = key.map(|key| known_device(self, id.as_owner(), &key, presented, now));
        let mut methods = vec![AuthenticationMethod::Password];
        let admin_id = admin.id;
        let changes = if admin.has_second_factor {
            methods.push(AuthenticationMethod::OneTimeCode);
            let code = command.code.as_deref();
            let verified = self.verify_admin_code(&admin, authenticator, tally, &guess, code, now);
            verified.await.inspect_err(|refused| {
                if refused.kind().is_ok() {
                    record_failure(Some(admin_id), refused);
                }
            })?
        } else {
            guess.succeed(Changes::new())
        };
        let opened = self.build_admin_session(admin, methods, &command.client, now).await?;
        let changes = changes.create_admin_session(&opened.session);
        self.retries(now).commit_once(changes).await?;
        Ok(OpenedAdminSession {
            known_device: device,
            ..opened
        })
    }

    /// Verifies the code of the authenticator app. The attempt is counted before that, in the commit in which the
    /// attempt at the password succeeds. Returns what makes the code count once, for the commit of the session.
    async fn verify_admin_code(
        &self,
        admin: &AdminAccount,
        authenticator: Option<Authenticator>,
        mut tally: Option<Tally>,
        guess: &Guess,
        code: Option<&str>,
        now: Timestamp,
    ) -> Result<Changes, SignInAdministratorError> {
        let mut retries = self.retries(now);
        let Some(code) = code else {
            // Once the limit of failures is reached, no answer says that the password is right.
            retries.commit_once(guess.succeed(Changes::new())).await?;
            return Err(SignInAdministratorError::SecondFactorRequired);
        };
        loop {
            let allowed = Tally::allow(tally.as_ref(), now)?;
            let changes = guess.succeed(Changes::new());
            let changes = changes.count_admin_second_factor(admin.id, tally.as_ref(), allowed, now);
            if retries.commit(changes).await? {
                break;
            }
            tally = self.store.find_admin_tally(admin.id).await?;
        }
        let authenticator = authenticator.ok_or_else(|| {
            Interruption::internal("the authenticator of an administrator with a second factor is missing")
        })?;
        let secret = self
            .decrypt_secret(&authenticator.secret, SecretPurpose::AdminTotp, admin.id.as_owner())
            .await?;
        let secret = TotpSecret::from_bytes(&secret)
            .ok_or_else(|| Interruption::internal("the stored TOTP secret has an invalid length"))?;
        let step = secret
            .step_of(code, now)
            .filter(|step| authenticator.accepts(*step))
            .ok_or(SignInAdministratorError::SecondFactorWrong)?;
        Ok(Changes::new()
            .accept_admin_step(admin.id, &authenticator, step)
            .forget_admin_second_factor_attempts(admin.id))
    }
}
