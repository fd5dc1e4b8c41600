//! Listing the own sessions.

use jiff::Timestamp;

use crate::domain::Session;
use crate::operations::prelude::*;
use crate::operations::sessions::authenticate::while_member;

impl Core {
    /// The caller's live sessions, oldest first, without impersonations.
    pub async fn list_sessions(&self, caller: &Caller, now: Timestamp) -> Result<Vec<Session>, Interruption> {
        let mut sessions = self.store.list_sessions(caller.user.id).await?;
        sessions.retain(|session| session.is_live(&caller.user, now) && session.impersonator.is_none());
        let sessions = sessions.into_iter();
        Ok(sessions.map(|session| while_member(session, &caller.user)).collect())
    }
}
