//! Signing in with a password: three round trips to the table. Against brute force, the attempt is counted before the
//! password is verified. Against enumeration, an unknown user costs the same calls and the same hash as a known one,
//! and gets the same answer.

use jiff::Timestamp;

use crate::domain::session::AuthenticationMethod;
use crate::domain::user::AccountBlocked;
use crate::domain::{
    AccountMember, LoginName, NewPassword, OrganizationId, PasswordAttempt, PasswordHash, RateLimit, TrustedDevice,
    TrustedDeviceToken, User, UserId, Window,
};
use crate::operations::limit_rate::too_many;
use crate::operations::prelude::*;
use crate::operations::second_factor::trust_device::device_of;
use crate::operations::sessions::open_session::{Client, Login, SignedIn};
use crate::operations::sessions::sign_in_policy::SignInPolicy;
use crate::passwords::Verdict;
use crate::store::{Changes, Identifier};

#[derive(Debug)]
pub struct SignIn {
    pub name: LoginName,
    pub password: PasswordAttempt,
    pub remember_me: bool,
    pub policy: SignInPolicy,
    /// The token of a browser that may replace the second factor.
    pub trusted_device: Option<TrustedDeviceToken>,
    pub client: Client,
}

refusals! {
    pub enum SignInError {
        /// The user is unknown or the password is wrong. Only the log says which.
        InvalidCredentials: Unauthenticated = "the credentials are wrong",
        /// Only a client that knows the password gets this answer.
        EmailNotVerified: Forbidden = "the address is not verified",
        /// Only a client that knows the password gets this answer.
        NoAccount: Forbidden = "the user has no role in an account",
    }
    of {
        /// Only a client that knows the password gets this answer.
        AccountBlocked(#[from] AccountBlocked) = "{0}",
    }
}

impl Core {
    pub async fn sign_in(&self, command: SignIn, now: Timestamp) -> Result<SignedIn, SignInError> {
        let window = RateLimit::SIGN_IN.window(&command.client.ip, now);
        let identifier = self.attempt(&command.name, now).await?;
        // For an unknown name the same read is made, with an unused id.
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
        let user = match admitted(view.user, verdict, &command, now) {
            Ok(user) => user,
            Err(error) => {
                tracing::info!(user.known = known, reason = %error, "a sign-in was refused");
                return Err(self.refuse(error, &window, now).await);
            }
        };
        let rehashed = self.rehash(&command.password, verdict).await;
        let user = self.lift_expired_ban::<SignInError>(user, now).await?;
        let verified = Verified {
            user,
            identifier,
            rehashed,
            device: view.device,
        };
        self.open_verified(&command, verified, &window, now).await
    }

    /// The attempt is counted first: a client over the limit does not learn whether a password was right.
    async fn refuse(&self, error: SignInError, window: &Window, now: Timestamp) -> SignInError {
        match self.limit_rate(window.limit, &window.subject, now).await {
            Ok(()) => error,
            Err(interruption) => interruption.into(),
        }
    }

    /// Replaces a hash whose cost parameters are outdated, because only a sign-in has the password.
    async fn rehash(&self, password: &PasswordAttempt, verdict: Verdict) -> Option<PasswordHash> {
        if !verdict.outdated {
            return None;
        }
        let password = NewPassword::already_chosen(password);
        // A full queue skips the new hash, and does not reject the sign-in: the next sign-in replaces the hash.
        self.passwords.hash(&password, &*self.entropy).await.ok()
    }

    async fn open_verified(
        &self,
        command: &SignIn,
        mut verified: Verified,
        window: &Window,
        now: Timestamp,
    ) -> Result<SignedIn, SignInError> {
        let presented = command.trusted_device.as_ref();
        let mut retries = self.retries(now);
        loop {
            let user = &verified.user;
            let trust = self.trust_of(presented, verified.device.take(), user, now);
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
            let changes = verified.add_to(&command.name, trust.add_to(Changes::new()));
            let changes = self.counted(changes.create_session(signed_in.session()), window);
            if retries.commit(changes).await? {
                if let SignedIn::Session(opened) = &mut signed_in {
                    opened.trusted_device = trust.into_token();
                }
                return Ok(signed_in);
            }
            // The browser signed in at the same time in another tab, or the user was written; the better hash can wait.
            verified.rehashed = None;
            if let Some(device) = device_of(presented, user.id) {
                verified.device = self.store.find_trusted_device(user.id, device).await?;
            }
        }
    }
}

impl SignIn {
    /// The active organization of the new session.
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
struct Verified {
    user: User,
    identifier: Identifier,
    rehashed: Option<PasswordHash>,
    /// The browser whose token was presented, as read.
    device: Option<TrustedDevice>,
}

impl Verified {
    fn add_to(&self, name: &LoginName, changes: Changes) -> Changes {
        let mut changes = changes.forgive_attempts(name, &self.identifier);
        if self.rehashed.is_some() {
            // The commit requires the user as read: it must not restore a password that was changed in the meantime.
            changes = changes.require_user(&self.user);
        }
        match &self.rehashed {
            Some(hash) => changes.set_password(self.user.id, hash),
            None => changes,
        }
    }
}

/// The user, if the password matches and the user may sign in.
fn admitted(user: Option<User>, verdict: Verdict, command: &SignIn, now: Timestamp) -> Result<User, SignInError> {
    let user = user
        .filter(|user| verdict.matches && user.signs_in_as(&command.name))
        .ok_or(SignInError::InvalidCredentials)?;
    user.admit(now)?;
    if command.policy.rejects_address_of(&user) {
        return Err(SignInError::EmailNotVerified);
    }
    command.organization(&user)?;
    Ok(user)
}
