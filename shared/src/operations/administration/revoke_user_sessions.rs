//! Ending the sessions of another user, as an administrator: one, or all.

use jiff::Timestamp;

use crate::domain::{SessionHandle, UserId, UserPermission};
use crate::operations::administration::administer::AdminAction;
use crate::operations::administration::administer_user_error::AdministerUserError;
use crate::operations::prelude::*;
use crate::operations::sessions::assurance::{Assured, StepUp};
use crate::store::Changes;

impl Core {
    /// The sessions of a deleted user have ended.
    pub async fn revoke_user_session(
        &self,
        caller: &Assured<StepUp>,
        handle: SessionHandle,
        now: Timestamp,
    ) -> Result<(), AdministerUserError> {
        let SessionHandle { user_id, session_id } = handle;
        let action = AdminAction::new("revoke-user-session", &[UserPermission::RevokeSessions]);
        let mut administration = self.administer(caller, action, now).await?;
        loop {
            let user = match administration.target(user_id).await {
                Ok(user) => user,
                Err(AdministerUserError::UserNotFound) => return Ok(()),
                Err(error) => return Err(error),
            };
            let changes = Changes::new().delete_session(user_id, session_id).require_user(&user);
            if administration.commit(user_id, changes).await? {
                return Ok(self.drop_requests_of_ended_sessions(user_id).await?);
            }
        }
    }

    /// Sessions that are created while this runs end too: they have the old generation.
    pub async fn revoke_user_sessions(
        &self,
        caller: &Assured<StepUp>,
        id: UserId,
        now: Timestamp,
    ) -> Result<(), AdministerUserError> {
        let action = AdminAction::new("revoke-user-sessions", &[UserPermission::RevokeSessions]);
        let mut administration = self.administer(caller, action, now).await?;
        loop {
            let mut user = match administration.target(id).await {
                Ok(user) => user,
                Err(AdministerUserError::UserNotFound) => return Ok(()),
                Err(error) => return Err(error),
            };
            user.end_sessions(now);
            if administration.commit(id, Changes::new().update_user(&user)).await? {
                return Ok(());
            }
        }
    }
}
