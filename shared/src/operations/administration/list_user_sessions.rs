//! Listing the sessions of another user, as an administrator.

use jiff::Timestamp;

use crate::domain::{Session, UserId, UserPermission};
use crate::operations::administration::administer::AdminAction;
use crate::operations::administration::administer_user_error::AdministerUserError;
use crate::operations::prelude::*;
use crate::operations::sessions::assurance::{Assured, SecondFactor};

impl Core {
    /// The live sessions, oldest first. A user who does not exist has none.
    pub async fn list_user_sessions(
        &self,
        caller: &Assured<SecondFactor>,
        id: UserId,
        now: Timestamp,
    ) -> Result<Vec<Session>, AdministerUserError> {
        let action = AdminAction::new("list-user-sessions", &[UserPermission::ListSessions]);
        let administration = self.administer(caller, action, now).await?;
        let user = match administration.target(id).await {
            Ok(user) => user,
            Err(AdministerUserError::UserNotFound) => return Ok(Vec::new()),
            Err(error) => return Err(error),
        };
        let mut sessions = self.store.list_sessions(id).await?;
        sessions.retain(|session| session.is_live(&user, now));
        Ok(sessions)
    }
}
