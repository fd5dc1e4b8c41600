//! What all second factors have in common: who shows one, how often it may be tried, and what it leads to. Whether it was right, the
//! operations of each kind say.

use jiff::Timestamp;

use super::interruption::interruptible;
use super::limit_rate::too_many;
use super::renew_session::RenewedSession;
use super::{Caller, Core, Interruption};
use crate::domain::session::{AuthenticationMethod, SessionState};
use crate::domain::two_factor::{Locked, Tally};
use crate::domain::{
    ChallengeToken, RateLimit, Session, SessionId, SessionToken, TrustedDevice, TrustedDeviceToken, User, UserId,
};
use crate::store::{Changes, CommitError, Conflict, LiveSession};

/// A sign-in that waits for its second factor.
#[derive(Debug, Clone)]
pub struct PendingSignIn {
    pub user: User,
    pub session: Session,
}

/// Who shows a second factor.
#[derive(Debug, Clone)]
pub enum Claimant {
    SigningIn(PendingSignIn),
    /// Somebody who is signed in: to turn the second factor on, or to have a browser trusted.
    SignedIn(Caller),
}

/// What a second factor led to.
#[derive(Debug)]
pub struct PassedSecondFactor {
    pub user: User,
    pub session: Session,
    /// What was presented, when the session goes on under it; an access token cannot be shown again.
    pub token: Option<SessionToken>,
    /// The session has a new token, for the browser to keep.
    pub is_new: bool,
    /// The browser is trusted from now on.
    pub trusted_device: Option<TrustedDeviceToken>,
}

/// Why a second factor is not looked at, or leads to nothing although it was right.
#[derive(Debug, thiserror::Error)]
pub enum SecondFactorRefused {
    #[error("the sign-in was completed, has ended or took too long")]
    ChallengeGone,
    /// At this sign-in with codes that are not mailed, or at this mailed code.
    #[error("too many attempts; a mailed code, or another one, is needed")]
    TooManyAttempts,
    #[error(transparent)]
    Locked(#[from] Locked),
    #[error(transparent)]
    Interrupted(#[from] Interruption),
}

interruptible!(SecondFactorRefused);

/// How often attempts are counted again when others were counted meanwhile.
const ROUNDS: usize = 8;

impl PassedSecondFactor {
    /// For a session that goes on as it is.
    fn of(caller: &Caller) -> Self {
        Self {
            user: caller.user.clone(),
            session: caller.session.clone(),
            token: caller.token.clone(),
            is_new: false,
            trusted_device: None,
        }
    }
}

impl Claimant {
    pub fn user(&self) -> &User {
        match self {
            Self::SigningIn(pending) => &pending.user,
            Self::SignedIn(caller) => &caller.user,
        }
    }

    pub fn session(&self) -> &Session {
        match self {
            Self::SigningIn(pending) => &pending.session,
            Self::SignedIn(caller) => &caller.session,
        }
    }

    /// A sign-in is its user's; in a session, the factor must not be shown in somebody's place.
    pub(super) fn expect_in_person(&self) -> Result<(), Interruption> {
        match self {
            Self::SigningIn(_) => Ok(()),
            Self::SignedIn(caller) => caller.expect_in_person(),
        }
    }

    pub(super) fn ids(&self) -> (UserId, SessionId) {
        (self.user().id, self.session().id)
    }
}

impl Core {
    /// `None`: the token opens no verification, for whatever reason.
    pub async fn pending_sign_in(
        &self,
        token: &ChallengeToken,
        now: Timestamp,
    ) -> Result<Option<PendingSignIn>, Interruption> {
        let found = self.store.find_session(token.user_id, token.session_id).await?;
        Ok(found
            .filter(|LiveSession { session, user }| {
                session.hash.matches(&token.secret) && session.is_pending(user, now)
            })
            .map(|LiveSession { session, user }| PendingSignIn { user, session }))
    }

    /// Counts an attempt before it is looked at: for the account, for the client's address, and for what `count` adds. `seen` is the
    /// account's tally as it was read.
    pub(super) async fn count_attempt(
        &self,
        claimant: &Claimant,
        seen: Option<Tally>,
        count: impl Fn(Changes) -> Changes,
        client_ip: &str,
        now: Timestamp,
    ) -> Result<(), SecondFactorRefused> {
        let window = RateLimit::SECOND_FACTOR.window(client_ip, now);
        let user = claimant.user().id;
        let mut seen = seen;
        for _ in 0..ROUNDS {
            let allowed = Tally::allow(seen.as_ref(), now)?;
            let changes =
                count(self.counted(Changes::new(), &window)).count_second_factor(user, seen.as_ref(), allowed, now);
            match self.store.commit(changes).await {
                Ok(()) => return Ok(()),
                Err(CommitError::Conflict(Conflict::SecondFactorAttemptsMoved)) => {
                    seen = self.store.find_tally(user).await?;
                }
                Err(CommitError::Conflict(Conflict::LimitReached(window))) => {
                    return Err(too_many(&window, now).into());
                }
                Err(CommitError::Conflict(Conflict::CodeExhausted | Conflict::ChallengeExhausted)) => {
                    return Err(SecondFactorRefused::TooManyAttempts);
                }
                Err(error) => return Err(error.into()),
            }
        }
        Err(Interruption::Unavailable.into())
    }

    /// For codes that are not counted by themselves: each sign-in has a few attempts at them.
    pub(super) fn count_of_sign_in(claimant: &Claimant, changes: Changes) -> Changes {
        match claimant {
            Claimant::SigningIn(pending) => changes.count_challenge(&pending.session),
            Claimant::SignedIn(_) => changes,
        }
    }

    /// The second factor was right. One commit uses it up (`spend`), forgets the failures before it, and opens what it opens: a pending
    /// sign-in becomes a session; for somebody who is signed in, `turn_on` changes the user, if there is anything to turn on, and a
    /// session for which no second factor was shown before goes on as one for which it was.
    pub(super) async fn pass(
        &self,
        claimant: &Claimant,
        spend: impl Fn(Changes) -> Changes,
        turn_on: Option<impl Fn(&mut User)>,
        trust_device: bool,
        now: Timestamp,
    ) -> Result<PassedSecondFactor, CommitError> {
        let user = claimant.user();
        let trusted = trust_device.then(|| TrustedDevice::trust(user, now, &*self.entropy));
        let add = |changes: Changes| {
            let changes = spend(changes).forget_second_factor_attempts(user.id);
            match &trusted {
                Some((device, _)) => changes.create_trusted_device(device),
                None => changes,
            }
        };
        let renewed = match claimant {
            Claimant::SigningIn(pending) => self.activate(pending, add, now).await?,
            Claimant::SignedIn(caller) if turn_on.is_none() && caller.session.has_second_factor() => {
                self.store.commit(add(Changes::new())).await?;
                return Ok(PassedSecondFactor {
                    trusted_device: trusted.map(|(_, token)| token),
                    ..PassedSecondFactor::of(caller)
                });
            }
            Claimant::SignedIn(caller) => {
                let change = |user: &mut User, changes: Changes| {
                    if let Some(turn_on) = &turn_on {
                        turn_on(user);
                    }
                    add(changes)
                };
                self.change_and_renew(caller, Some(AuthenticationMethod::OneTimeCode), change, now)
                    .await?
            }
        };
        Ok(PassedSecondFactor {
            user: renewed.user,
            session: renewed.session,
            token: Some(renewed.token),
            is_new: true,
            trusted_device: trusted.map(|(_, token)| token),
        })
    }

    /// Once: the second of two at once meets `Conflict::SessionGone`.
    async fn activate(
        &self,
        pending: &PendingSignIn,
        add: impl Fn(Changes) -> Changes,
        now: Timestamp,
    ) -> Result<RenewedSession, CommitError> {
        let method = Some(AuthenticationMethod::OneTimeCode);
        let mut activated = self.under_new_token(&pending.user, &pending.session, method, now);
        activated.session.state = SessionState::Active;
        let changes = add(Changes::new()).activate_session(&pending.session, &activated.session);
        self.store.commit(changes).await?;
        Ok(activated)
    }
}
