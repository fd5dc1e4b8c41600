//! Signing in with a password: three round trips to the table, whoever tries. The attempt is counted before the password is
//! looked at; an unknown user costs the same calls and the same hash as a known one, and gets the same answer.

use jiff::Timestamp;

use crate::domain::session::AuthenticationMethod;
use crate::domain::user::Barred;
use crate::domain::{
    AccountMember, LoginName, NewPassword, OrganizationId, PasswordAttempt, PasswordHash, RateLimit, TrustedDevice,
    TrustedDeviceToken, User, UserId, Window,
};
use crate::operations::core::Core;
use crate::operations::interruption::Interruption;
use crate::operations::interruption::interruptible;
use crate::operations::limit_rate::too_many;
use crate::operations::second_factor::trust_device::device_of;
use crate::operations::sessions::issue_tokens::{Client, Login, SignedIn};
use crate::operations::sessions::sign_in_policy::SignInPolicy;
use crate::passwords::Verdict;
use crate::store::{Changes, CommitError, Conflict, Identifier};

#[derive(Debug)]
pub struct SignIn {
    pub name: LoginName,
    pub password: PasswordAttempt,
    pub remember_me: bool,
    pub policy: SignInPolicy,
    /// Of a browser that may be spared the second factor.
    pub trusted_device: Option<TrustedDeviceToken>,
    pub client: Client,
}

#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    /// Unknown user or wrong password: nobody but the log is told which.
    #[error("the credentials are wrong")]
    InvalidCredentials,
    /// Told only to whoever knows the password.
    #[error(transparent)]
    Barred(#[from] Barred),
    /// Told only to whoever knows the password.
    #[error("the address is not verified")]
    EmailNotVerified,
    /// Told only to whoever knows the password.
    #[error("the user has no role in an account")]
    NoAccount,
    #[error(transparent)]
    Interrupted(#[from] Interruption),
}

interruptible!(SignInError);

/// How often a lost race for a trusted browser is run again.
const ROUNDS: usize = 8;

impl Core {
    pub async fn sign_in(&self, command: SignIn, now: Timestamp) -> Result<SignedIn, SignInError> {
        let window = RateLimit::SIGN_IN.window(&command.client.ip, now);
        let identifier = self.attempt(&command.name, now).await?;
        // For an unknown name the same read is made, of an id that nobody has.
        let id = identifier
            .owner
            .unwrap_or_else(|| UserId::generate(now, &*self.entropy));
        let device = device_of(command.trusted_device.as_ref(), id);
        let view = self.store.view_for_sign_in(id, device, &window).await?;
        if self.settings.rate_limits && view.hits >= window.limit.max {
            return Err(too_many(&window, now).into());
        }
        let verdict = self.passwords.verify(view.password.as_ref(), &command.password).await?;
        let known = view.user.is_some();
        let user = match recognized(view.user, verdict, &command, now) {
            Ok(user) => user,
            Err(error) => {
                tracing::info!(user.known = known, reason = %error, "a sign-in was refused");
                return Err(self.refuse(error, &window, now).await);
            }
        };
        let recognized = Recognized {
            rehashed: self.rehash(&command.password, verdict).await,
            user: self.let_in::<SignInError>(user, now).await?,
            identifier,
            device: view.device,
        };
        self.admit(&command, recognized, &window, now).await
    }

    /// Counts before it tells: beyond the limit nobody learns whether a password was right.
    async fn refuse(&self, error: SignInError, window: &Window, now: Timestamp) -> SignInError {
        match self.limit_rate(window.limit, &window.subject, now).await {
            Ok(()) => error,
            Err(interruption) => interruption.into(),
        }
    }

    /// A hash of another cost than today's is replaced while the password is at hand.
    async fn rehash(&self, password: &PasswordAttempt, verdict: Verdict) -> Option<PasswordHash> {
        if !verdict.outdated {
            return None;
        }
        let password = NewPassword::already_chosen(password);
        // A full queue refuses the hash, not the sign-in: the next sign-in replaces it.
        self.passwords.hash(&password, &*self.entropy).await.ok()
    }

    async fn admit(
        &self,
        command: &SignIn,
        mut recognized: Recognized,
        window: &Window,
        now: Timestamp,
    ) -> Result<SignedIn, SignInError> {
        let presented = command.trusted_device.as_ref();
        for _ in 0..ROUNDS {
            let user = &recognized.user;
            let trust = self.trust_of(presented, recognized.device.take(), user, now);
            let login = Login {
                client: &command.client,
                remember_me: command.remember_me,
                methods: [AuthenticationMethod::Password]
                    .into_iter()
                    .chain(trust.method())
                    .collect(),
                organization: command.organization(user)?,
                issue: command.policy.issue,
            };
            let mut signed_in = self.begin_session(user, login, now).await?;
            let changes = recognized.admitted(&command.name, trust.add_to(Changes::new()));
            let changes = self.counted(changes.create_session(signed_in.session()), window);
            match self.store.commit(changes).await {
                Ok(()) => {
                    if let SignedIn::Session(opened) = &mut signed_in {
                        opened.trusted_device = trust.into_token();
                    }
                    return Ok(signed_in);
                }
                // The browser has signed in at the same time, in another tab.
                Err(CommitError::Conflict(Conflict::DeviceMoved)) => {
                    recognized.device = match device_of(presented, user.id) {
                        Some(device) => self.store.find_trusted_device(user.id, device).await?,
                        None => None,
                    };
                }
                Err(CommitError::Conflict(Conflict::LimitReached(window))) => {
                    return Err(too_many(&window, now).into());
                }
                Err(error) => return Err(error.into()),
            }
        }
        Err(Interruption::Unavailable.into())
    }
}

impl SignIn {
    /// The one for which the session is to act.
    fn organization(&self, user: &User) -> Result<Option<OrganizationId>, SignInError> {
        if !self.policy.account {
            return Ok(user.starting_organization());
        }
        let home = user.home_organization();
        home.filter(|home| AccountMember::of(user, *home).is_some())
            .map(Some)
            .ok_or(SignInError::NoAccount)
    }
}

/// A user whose password was right.
struct Recognized {
    user: User,
    identifier: Identifier,
    rehashed: Option<PasswordHash>,
    /// The browser whose token was shown, as it was read.
    device: Option<TrustedDevice>,
}

impl Recognized {
    fn admitted(&self, name: &LoginName, changes: Changes) -> Changes {
        let mut changes = changes.forgive_attempts(name, &self.identifier);
        if self.rehashed.is_some() {
            // Only onto the user that was read: a password that changed meanwhile must not come back.
            changes = changes.expect_user(&self.user);
        }
        match &self.rehashed {
            Some(hash) => changes.set_password(self.user.id, hash),
            None => changes,
        }
    }
}

/// The user who may come in, if the password was theirs.
fn recognized(user: Option<User>, verdict: Verdict, command: &SignIn, now: Timestamp) -> Result<User, SignInError> {
    let user = user
        .filter(|_| verdict.matches)
        .ok_or(SignInError::InvalidCredentials)?;
    user.admit(now)?;
    if command.policy.rejects_address_of(&user) {
        return Err(SignInError::EmailNotVerified);
    }
    command.organization(&user)?;
    Ok(user)
}
