//! The sessions of another user: seen and ended by an administrator.

use jiff::Timestamp;

use crate::domain::{Session, SessionHandle, User, UserId, UserPermission};
use crate::operations::administration::administer_user::AdministerUserError;
use crate::operations::administration::administer_user::Deed;
use crate::operations::core::Core;
use crate::operations::interruption::Interruption;
use crate::operations::sessions::authenticate::Caller;
use crate::store::{Changes, CommitError, Conflict};

/// How often a lost race is run again.
const ROUNDS: usize = 8;

impl Core {
    /// Oldest first. Somebody whom nobody knows has none.
    pub async fn list_user_sessions(
        &self,
        caller: &Caller,
        id: UserId,
        now: Timestamp,
    ) -> Result<Vec<Session>, AdministerUserError> {
        let deed = Deed::new("list-user-sessions", &[UserPermission::ListSessions]);
        self.begin(caller, &deed, now).await?;
        let user = match self.administered(caller, id).await {
            Ok(user) => user,
            Err(AdministerUserError::UserNotFound) => return Ok(Vec::new()),
            Err(error) => return Err(error),
        };
        let mut sessions = self.store.list_sessions(id).await?;
        sessions.retain(|session| session.is_live(&user, now));
        Ok(sessions)
    }

    pub async fn revoke_user_session(
        &self,
        caller: &Caller,
        handle: SessionHandle,
        now: Timestamp,
    ) -> Result<(), AdministerUserError> {
        let deed = Deed::new("revoke-user-session", &[UserPermission::RevokeSessions]);
        self.begin(caller, &deed, now).await?;
        let SessionHandle { user_id, session_id } = handle;
        let mut caller = caller.clone();
        for _ in 0..ROUNDS {
            let user = match self.administered(&caller, user_id).await {
                Ok(user) => user,
                // The sessions went with the user.
                Err(AdministerUserError::UserNotFound) => return Ok(()),
                Err(error) => return Err(error),
            };
            let ending = Changes::new().delete_session(user_id, session_id);
            let changes = if user_id == caller.user.id {
                ending
            } else {
                caller.entitled(user_id, ending.expect_user(&user))
            };
            match self.store.commit(changes).await {
                Ok(()) => {
                    deed.record(&caller, user_id, now);
                    return Ok(());
                }
                Err(CommitError::Conflict(Conflict::UserMoved | Conflict::SessionGone)) => {
                    caller = self.still_entitled(&caller, &deed, now).await?;
                }
                Err(error) => return Err(error.into()),
            }
        }
        Err(Interruption::Unavailable.into())
    }

    /// All of them, with those that are being made while this runs. Of a user whom nobody knows there are none to end.
    pub async fn revoke_user_sessions(
        &self,
        caller: &Caller,
        id: UserId,
        now: Timestamp,
    ) -> Result<(), AdministerUserError> {
        let deed = Deed::new("revoke-user-sessions", &[UserPermission::RevokeSessions]);
        self.begin(caller, &deed, now).await?;
        let change = |user: &mut User, changes| {
            user.session_generation += 1;
            user.updated_at = now;
            changes
        };
        match self.administer(caller, id, deed, change, now).await {
            Ok(_) | Err(AdministerUserError::UserNotFound) => Ok(()),
            Err(error) => Err(error),
        }
    }
}
