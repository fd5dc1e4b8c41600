//! A live session that goes on under a new token, because what it stands for has changed.

use jiff::Timestamp;

use super::{Caller, Core};
use crate::domain::session::AuthenticationMethod;
use crate::domain::{Secret, Session, SessionToken, User};
use crate::store::{Changes, CommitError, Conflict};

/// A session under its new token. Its refresh token stays.
#[derive(Debug)]
pub struct RenewedSession {
    pub user: User,
    pub session: Session,
    pub token: SessionToken,
}

/// How often a lost race is run again.
const ROUNDS: usize = 8;

impl Core {
    /// Changes the caller's user and gives the session a new token, in one commit; the old token is dead from then on. What else
    /// belongs to the commit, `change` adds, and a conflict of it is the operation's to explain. `Conflict::SessionGone`: the session
    /// has ended.
    pub(super) async fn change_and_renew(
        &self,
        caller: &Caller,
        shown: Option<AuthenticationMethod>,
        change: impl Fn(&mut User, Changes) -> Changes,
        now: Timestamp,
    ) -> Result<RenewedSession, CommitError> {
        let mut caller = caller.clone();
        for _ in 0..ROUNDS {
            let renewed = self.under_new_token(&caller.user, &caller.session, shown, now);
            let mut user = caller.user.clone();
            let changes = change(&mut user, Changes::new());
            user.updated_at = now;
            let changes = changes
                .renew_session(&caller.session, &renewed.session)
                .update_user(&user);
            match self.store.commit(changes).await {
                Ok(()) => {
                    user.version += 1;
                    return Ok(RenewedSession { user, ..renewed });
                }
                Err(CommitError::Conflict(Conflict::UserMoved | Conflict::SessionGone)) => {}
                Err(error) => return Err(error),
            }
            caller = self
                .look_again(&caller, now)
                .await?
                .ok_or(CommitError::Conflict(Conflict::SessionGone))?;
        }
        Err(CommitError::Conflict(Conflict::UserMoved))
    }

    /// The session as one that was just shown to be its user's, and its new secret.
    pub(super) fn under_new_token(
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
        session
            .methods
            .extend(shown.filter(|method| !session.methods.contains(method)));
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
