//! Counting the sessions that an operation has ended, for contracts that show the number.

use jiff::Timestamp;

use crate::domain::{SessionId, User};
use crate::operations::prelude::*;

impl Core {
    /// How many sessions were live for the user as read before the operation, apart from the one that the operation has
    /// kept. It is called after the commit, when no further session of that generation can be created, so the number
    /// includes sessions that were opened at the same time.
    pub async fn count_ended_sessions(
        &self,
        before: &User,
        kept: Option<SessionId>,
        now: Timestamp,
    ) -> Result<usize, Interruption> {
        let sessions = self.store.list_sessions(before.id).await?.into_iter();
        let ended = sessions.filter(|session| Some(session.id) != kept && session.is_live(before, now));
        Ok(ended.count())
    }
}
