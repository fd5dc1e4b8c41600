//! Extending a session that is in use.

use jiff::Timestamp;

use crate::operations::prelude::*;
use crate::store::{Changes, CommitError, Conflict};

impl Core {
    /// Returns whether the session was due for an extension.
    pub async fn extend_session(&self, caller: &mut Caller, now: Timestamp) -> Result<bool, Interruption> {
        if !caller.session.is_due_for_extension(&self.session_lifetimes(), now) {
            return Ok(false);
        }
        // A session check that extends nothing reads no settings.
        self.refresh_configuration(now).await;
        let mut session = caller.session.clone();
        session.extend(&self.session_lifetimes(), now);
        match self.store.commit(Changes::new().extend_session(&session)).await {
            Ok(()) => {
                caller.session = session;
                Ok(true)
            }
            // The session was revoked since it was read. The next session check refuses it.
            Err(CommitError::Conflict(Conflict::SessionGone)) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }
}
