//! Signing in with a password: three round trips to the table. Against brute force, failures are counted (see
//! `passwords::guess`). Against enumeration, an unknown user costs the same calls and the same hash as a known one, and
//! gets the same answer.

use std::fmt::Display;

use jiff::Timestamp;

use crate::audit;
use crate::captcha::{CaptchaCheck, CaptchaRefused};
use crate::domain::audit::Fact;
use crate::domain::session::AuthenticationMethod;
use crate::domain::user::AccountBlocked;
use crate::domain::{
    DeviceKey, LoginName, OrganizationId, PasswordAttempt, PasswordHash, TrustedDevice, TrustedDeviceToken, User,
    UserId,
};
use crate::operations::passwords::guess::{Guess, known_device};
use crate::operations::prelude::*;
use crate::operations::refusal::Refusal as _;
use crate::operations::second_factor::trust_device::device_of;
use crate::operations::sessions::open_session::{Client, Login, SignedIn};
use crate::operations::sessions::sign_in_policy::{AccountMissing, SignInPolicy};
use crate::passwords::Verdict;
use crate::store::{Changes, Credential};

#[derive(Debug)]
pub struct SignIn {
    pub name: LoginName,
    pub password: PasswordAttempt,
    pub remember_me: bool,
    pub policy: SignInPolicy,
    /// The tokens of a browser of which one may replace the second factor.
    pub trusted_devices: Vec<TrustedDeviceToken>,
    pub captcha: CaptchaCheck,
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
        /// Only a client that knows the password gets this answer.
        AccountSuspended: Forbidden = "every account in which the user has a role is suspended",
    }
    of {
        /// Only a client that knows the password gets this answer.
        AccountBlocked(#[from] AccountBlocked) = "{0}",
        Captcha(#[from] CaptchaRefused) = "{0}",
    }
}

impl Core {
    pub async fn sign_in(&self, command: SignIn, now: Timestamp) -> Result<SignedIn, SignInError> {
        let named = self.find_name(&command.name, &command.client, now).await?;
        // For an unknown name the same reads are made, with an unused id.
        let id = named.owner.unwrap_or_else(|| UserId::generate(now, &*self.entropy));
        let trusted = device_of(command.trusted_devices.iter().find(|token| token.user_id == id), id);
        let view = self.store.view_for_sign_in(id, trusted).await?;
        let (hash, device_key) = view
            .credential
            .map(|Credential { hash, device_key }| (hash, device_key))
            .unzip();
        let device_key = device_key.flatten();
        let guess = self.guess(named, id, device_key.as_ref(), &command.client.known_devices)?;
        // The provider is asked for no client over its limit, which only the user's own devices may exceed.
        if let Err(refused) = self.verify_captcha(&command.captcha, &command.client, now).await {
            // It is a failure of the client, and no attempt at the name: without a captcha no client can lock it.
            if refused.kind().is_ok() {
                if let Some(client) = guess.client() {
                    self.count_failure(client).await?;
                }
                record_failure(None, &refused);
            }
            return Err(refused.into());
        }
        let verdict = self.passwords.verify(hash.as_ref(), &command.password).await?;
        let known = view.user.is_some();
        let user = match admitted(view.user, verdict, &command, now) {
            Ok(user) => user,
            Err(error) => {
                record_failure(known.then_some(id), &error);
                self.fail(guess, id, now).await?;
                return Err(error);
            }
        };
        let rehashed = self.rehash(&command.password, verdict).await;
        let user = self.lift_expired_ban::<SignInError>(user, now).await?;
        let verified = Verified {
            user,
            guess,
            device_key,
            rehashed: hash.zip(rehashed),
            trusted_device: view.trusted_device,
        };
        self.open_verified(&command, verified, now).await
    }

    /// A new hash in place of one with outdated parameters, or of another system: only a sign-in has the password.
    async fn rehash(&self, password: &PasswordAttempt, verdict: Verdict) -> Option<PasswordHash> {
        if !verdict.outdated {
            return None;
        }
        // A full queue skips the new hash, and does not reject the sign-in: the next sign-in replaces the hash.
        self.passwords.rehash(password, &*self.entropy).await.ok()
    }

    /// The token of a trusted browser to decide by, with its device in `verified`. A browser may send a stale token
    /// before the valid one; each further token of the user costs a read.
    async fn choose_device<'a>(
        &self,
        command: &'a SignIn,
        verified: &mut Verified,
        now: Timestamp,
    ) -> Result<Option<&'a TrustedDeviceToken>, SignInError> {
        let id = verified.user.id;
        let mut first = None;
        for token in command.trusted_devices.iter().filter(|token| token.user_id == id) {
            let device = match first {
                None => verified.trusted_device.take(),
                Some(_) => self.store.find_trusted_device(id, token.device_id).await?,
            };
            let trust = self.trust_of(Some(token), device.clone(), &verified.user, now);
            if trust.method().is_some() {
                verified.trusted_device = device;
                return Ok(Some(token));
            }
            first.get_or_insert((token, device));
        }
        Ok(first.map(|(token, device)| {
            verified.trusted_device = device;
            token
        }))
    }

    async fn open_verified(
        &self,
        command: &SignIn,
        mut verified: Verified,
        now: Timestamp,
    ) -> Result<SignedIn, SignInError> {
        let presented = self.choose_device(command, &mut verified, now).await?;
        let mut retries = self.retries(now);
        loop {
            let user = &verified.user;
            let trust = self.trust_of(presented, verified.trusted_device.take(), user, now);
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
            let changes = verified.add_to(trust.add_to(Changes::new()));
            if retries.commit(changes.create_session(signed_in.session())).await? {
                let presented = command.client.known_devices.as_slice();
                let key = verified.device_key.as_ref();
                let known_device = key.map(|key| known_device(self, user.id, key, presented, now));
                match &mut signed_in {
                    SignedIn::Session(opened) => {
                        opened.trusted_device = trust.into_token();
                        opened.known_device = known_device;
                    }
                    SignedIn::SecondFactor(challenge) => challenge.known_device = known_device,
                }
                return Ok(signed_in);
            }
            // The browser signed in at the same time in another tab, or another sign-in has replaced the hash.
            verified.rehashed = None;
            if let Some(device) = device_of(presented, user.id) {
                verified.trusted_device = self.store.find_trusted_device(user.id, device).await?;
            }
        }
    }
}

impl SignIn {
    /// The active organization of the new session.
    fn organization(&self, user: &User) -> Result<Option<OrganizationId>, SignInError> {
        self.policy.organization_of(user)
    }
}

impl From<AccountMissing> for SignInError {
    fn from(missing: AccountMissing) -> Self {
        match missing {
            AccountMissing::NoRole => Self::NoAccount,
            AccountMissing::Suspended => Self::AccountSuspended,
        }
    }
}

/// A user whose password was right.
struct Verified {
    user: User,
    guess: Guess,
    /// `None` for a credential of an earlier release.
    device_key: Option<DeviceKey>,
    /// The hash that was verified, and the one that replaces it.
    rehashed: Option<(PasswordHash, PasswordHash)>,
    /// The browser whose token was presented, as read.
    trusted_device: Option<TrustedDevice>,
}

impl Verified {
    fn add_to(&self, changes: Changes) -> Changes {
        let changes = self.guess.succeed(changes);
        match &self.rehashed {
            // A user who is written or deleted meanwhile keeps the hash until the next sign-in.
            Some((seen, hash)) => changes.require_user(&self.user).replace_hash(self.user.id, seen, hash),
            None if self.device_key.is_none() => changes.add_device_key(self.user.id),
            None => changes,
        }
    }
}

/// Writes the audit record of a sign-in that was refused.
pub(in crate::operations) fn record_failure(user: Option<UserId>, error: &impl Display) {
    let reason = error.to_string();
    audit::record(Fact::SignInFailed { user, reason });
}

/// The user, if the password matches and the user may sign in.
fn admitted(user: Option<User>, verdict: Verdict, command: &SignIn, now: Timestamp) -> Result<User, SignInError> {
    let user = user
        .filter(|user| verdict.matches && user.signs_in_as(&command.name))
        .ok_or(SignInError::InvalidCredentials)?;
    user.admit(now)?;
    if user.awaits_verification() || command.policy.rejects_address_of(&user) {
        return Err(SignInError::EmailNotVerified);
    }
    command.organization(&user)?;
    Ok(user)
}
