//! The sessions of another user: seen and ended by an administrator.

use jiff::Timestamp;

use super::{AdministerUserError, Caller, Core};
use crate::domain::{Session, SessionHandle, UserId, UserPermission};
use crate::store::Changes;

impl Core {
    /// Oldest first. Somebody whom nobody knows has none.
    pub async fn list_user_sessions(
        &self,
        caller: &Caller,
        id: UserId,
        now: Timestamp,
    ) -> Result<Vec<Session>, AdministerUserError> {
        self.permit(caller, UserPermission::ListSessions)?;
        let Some(user) = self.store.find_user(id).await? else {
            return Ok(Vec::new());
        };
        let mut sessions = self.store.list_sessions(id).await?;
        sessions.retain(|session| session.is_live(&user, now));
        Ok(sessions)
    }

    pub async fn revoke_user_session(&self, caller: &Caller, handle: SessionHandle) -> Result<(), AdministerUserError> {
        self.permit(caller, UserPermission::RevokeSessions)?;
        match self.administered(caller, handle.user_id).await {
            Ok(_) => {}
            // The sessions went with the user.
            Err(AdministerUserError::UserNotFound) => return Ok(()),
            Err(error) => return Err(error),
        }
        let changes = Changes::new().delete_session(handle.user_id, handle.session_id);
        Ok(self.store.commit(changes).await?)
    }

    /// All of them, with those that are being made while this runs. Of a user whom nobody knows there are none to end.
    pub async fn revoke_user_sessions(
        &self,
        caller: &Caller,
        id: UserId,
        now: Timestamp,
    ) -> Result<(), AdministerUserError> {
        self.permit(caller, UserPermission::RevokeSessions)?;
        let revoked = self.administer(caller, id, |user, changes| {
            user.session_generation += 1;
            user.updated_at = now;
            changes
        });
        match revoked.await {
            Ok(_) | Err(AdministerUserError::UserNotFound) => Ok(()),
            Err(error) => Err(error),
        }
    }
}
