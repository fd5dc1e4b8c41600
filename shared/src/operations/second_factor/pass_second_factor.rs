//! What all second factors have in common: who shows one, how often it may be tried, and what it leads to. Whether it was right, the
//! operations of each kind say.

use jiff::Timestamp;

use crate::domain::one_time::ChangeEmail;
use crate::domain::session::{AuthenticationMethod, SessionState};
use crate::domain::two_factor::{Locked, Tally};
use crate::domain::{
    ChallengeToken, RateLimit, Session, SessionId, SessionToken, TrustedDevice, TrustedDeviceToken, User, UserId,
};
use crate::operations::core::Core;
use crate::operations::interruption::Interruption;
use crate::operations::interruption::interruptible;
use crate::operations::limit_rate::too_many;
use crate::operations::sessions::authenticate::Caller;
use crate::operations::sessions::renew_session::{NotChanged, RenewedSession};
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
    /// Whoever has a session from before the second factor must not add one of their own.
    #[error("the second factor that there is was not shown for this session")]
    NotShownBefore,
    #[error(transparent)]
    Interrupted(#[from] Interruption),
}

interruptible!(SecondFactorRefused);

/// What of the second factor begins with the one that is shown in a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::operations) enum Beginning {
    /// All of it was there.
    Nothing,
    /// The app that has shown its first code.
    Authenticator,
    MailedCodes,
}

/// What a second factor that was right is to lead to.
#[derive(Debug, Clone, Copy)]
pub(in crate::operations) struct Passing {
    pub begins: Beginning,
    pub trust_device: bool,
}

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
    pub(in crate::operations) fn expect_in_person(&self) -> Result<(), Interruption> {
        match self {
            Self::SigningIn(_) => Ok(()),
            Self::SignedIn(caller) => caller.expect_in_person(),
        }
    }

    pub(in crate::operations) fn ids(&self) -> (UserId, SessionId) {
        (self.user().id, self.session().id)
    }
}

impl Beginning {
    /// Turns on what begins, for the user as it is in this commit.
    fn turn_on(self, session: &Session, user: &mut User, changes: Changes) -> Result<Changes, SecondFactorRefused> {
        match self {
            Self::Nothing => Ok(changes),
            Self::Authenticator if !session.may_manage_credentials(user) => Err(SecondFactorRefused::NotShownBefore),
            Self::Authenticator => {
                user.has_authenticator = true;
                Ok(turned_on(user, changes))
            }
            Self::MailedCodes => Ok(with_mailed_codes(user, changes)),
        }
    }
}

/// Turns the second factor on with codes by mail alone, unless it is on: then what came with it stays. An app that was enrolled and never
/// shown may be a stranger's, and so may the backup codes that came with it.
pub(in crate::operations) fn with_mailed_codes(user: &mut User, changes: Changes) -> Changes {
    if user.two_factor_enabled {
        return changes;
    }
    turned_on(user, changes)
        .delete_authenticator(user.id)
        .delete_backup_codes(user.id)
}

/// A move to another mailbox that somebody asked for without the second factor would go around it.
fn turned_on(user: &mut User, changes: Changes) -> Changes {
    if user.two_factor_enabled {
        return changes;
    }
    user.turn_on_second_factor();
    changes.drop_grant::<ChangeEmail>(user.id)
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
    pub(in crate::operations) async fn count_attempt(
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
    pub(in crate::operations) fn count_of_sign_in(claimant: &Claimant, changes: Changes) -> Changes {
        match claimant {
            Claimant::SigningIn(pending) => changes.count_challenge(&pending.session),
            Claimant::SignedIn(_) => changes,
        }
    }

    /// The second factor was right. One commit uses it up (`spend`), forgets the failures before it, and opens what it opens: a pending
    /// sign-in becomes a session; for somebody who is signed in, what begins is turned on, and a session for which the second factor
    /// was not shown before goes on as one for which it was.
    pub(in crate::operations) async fn pass(
        &self,
        claimant: &Claimant,
        spend: impl Fn(Changes) -> Changes,
        Passing { begins, trust_device }: Passing,
        now: Timestamp,
    ) -> Result<PassedSecondFactor, NotChanged<SecondFactorRefused>> {
        let trusted = trust_device.then(|| TrustedDevice::trust(claimant.user(), now, &*self.entropy));
        let add = |user: &User, changes: Changes| {
            let changes = spend(changes).forget_second_factor_attempts(user.id);
            match &trusted {
                Some((device, _)) => changes.create_trusted_device(&device.under(user)),
                None => changes,
            }
        };
        let renewed = match claimant {
            Claimant::SigningIn(pending) => self.activate(pending, add, now).await?,
            Claimant::SignedIn(caller)
                if begins == Beginning::Nothing && caller.session.has_shown_second_factor(&caller.user) =>
            {
                self.store.commit(add(&caller.user, Changes::new())).await?;
                return Ok(PassedSecondFactor {
                    trusted_device: trusted.map(|(_, token)| token),
                    ..PassedSecondFactor::of(caller)
                });
            }
            Claimant::SignedIn(caller) => {
                let change = |session: &Session, user: &mut User, changes: Changes| {
                    let changes = begins.turn_on(session, user, changes)?;
                    Ok(add(user, changes))
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
        add: impl Fn(&User, Changes) -> Changes,
        now: Timestamp,
    ) -> Result<RenewedSession, CommitError> {
        let method = Some(AuthenticationMethod::OneTimeCode);
        let mut activated = self.under_new_token(&pending.user, &pending.session, method, now);
        activated.session.state = SessionState::Active;
        let changes = add(&pending.user, Changes::new()).activate_session(&pending.session, &activated.session);
        self.store.commit(changes).await?;
        Ok(activated)
    }
}
