//! A live session that goes on under a new token, because what it stands for has changed.

use jiff::Timestamp;

use crate::domain::session::AuthenticationMethod;
use crate::domain::{Secret, Session, SessionToken, User};
use crate::operations::core::Core;
use crate::operations::sessions::authenticate::Caller;
use crate::store::{Changes, CommitError, Conflict, StoreError};

/// A session under its new token. Its refresh token stays.
#[derive(Debug)]
pub struct RenewedSession {
    pub user: User,
    pub session: Session,
    pub token: SessionToken,
}

/// Why a change to the user was not made.
#[derive(Debug)]
pub(in crate::operations) enum NotChanged<E> {
    /// The user, or the session, is such by now that it must not be.
    Refused(E),
    Failed(CommitError),
}

impl<E> From<CommitError> for NotChanged<E> {
    fn from(error: CommitError) -> Self {
        Self::Failed(error)
    }
}

impl<E> From<StoreError> for NotChanged<E> {
    fn from(error: StoreError) -> Self {
        Self::Failed(error.into())
    }
}

/// How often a lost race is run again.
const ROUNDS: usize = 8;

impl Core {
    /// Changes the caller's user and gives the session a new token, in one commit; the old token is dead from then on. What else
    /// belongs to the commit, `change` adds, and a conflict of it is the operation's to explain. It also decides: it is asked again
    /// whenever the user or the session was found to have moved, and what it was told is what the commit holds. `Conflict::SessionGone`:
    /// the session has ended.
    pub(in crate::operations) async fn change_and_renew<E>(
        &self,
        caller: &Caller,
        shown: Option<AuthenticationMethod>,
        change: impl Fn(&Session, &mut User, Changes) -> Result<Changes, E>,
        now: Timestamp,
    ) -> Result<RenewedSession, NotChanged<E>> {
        let mut caller = caller.clone();
        for _ in 0..ROUNDS {
            let mut user = caller.user.clone();
            let changes = change(&caller.session, &mut user, Changes::new()).map_err(NotChanged::Refused)?;
            user.updated_at = now;
            let renewed = self.under_new_token(&user, &caller.session, shown, now);
            let changes = changes
                .renew_session(&caller.session, &renewed.session)
                .update_user(&user);
            match self.store.commit(changes).await {
                Ok(()) => {
                    user.version += 1;
                    return Ok(RenewedSession { user, ..renewed });
                }
                Err(CommitError::Conflict(Conflict::UserMoved | Conflict::SessionGone)) => {}
                Err(error) => return Err(error.into()),
            }
            caller = self
                .look_again(&caller, now)
                .await?
                .ok_or(CommitError::Conflict(Conflict::SessionGone))?;
        }
        Err(CommitError::Conflict(Conflict::UserMoved).into())
    }

    /// The session as one that was just shown to be its user's, and its new secret. What is `shown` counts for `user` as it is.
    pub(in crate::operations) fn under_new_token(
        &self,
        user: &User,
        session: &Session,
        shown: Option<AuthenticationMethod>,
        now: Timestamp,
    ) -> RenewedSession {
        let secret = Secret::generate(&*self.entropy);
        let mut session = Session {
            hash: secret.hash(),
            created_at: now,
            updated_at: now,
            expires_at: session.end_when_extended(&self.settings.sessions, now),
            ..session.clone()
        };
        if let Some(method) = shown {
            session.trust_generation = user.trust_generation;
            session
                .methods
                .extend((!session.methods.contains(&method)).then_some(method));
        }
        RenewedSession {
            user: user.clone(),
            token: SessionToken {
                user_id: session.user_id,
                session_id: session.id,
                secret,
            },
            session,
        }
    }
}
