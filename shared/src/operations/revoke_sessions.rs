//! Ending sessions from afar: one, all others, or all.

use jiff::Timestamp;

use super::{Caller, Core, Interruption};
use crate::domain::{Session, SessionId};
use crate::store::Changes;

impl Core {
    /// Ends one of the caller's own sessions: a session is addressed below its user, so another's cannot be named.
    pub async fn revoke_session(&self, caller: &Caller, id: SessionId) -> Result<(), Interruption> {
        Ok(self
            .store
            .commit(Changes::new().delete_session(caller.user.id, id))
            .await?)
    }

    /// Ends every session of the caller, with those that are being made while this runs: they carry the old generation.
    pub async fn revoke_sessions(&self, caller: &Caller, now: Timestamp) -> Result<(), Interruption> {
        self.change_user(caller.user.id, |user, changes| {
            user.session_generation += 1;
            user.updated_at = now;
            changes
        })
        .await?;
        Ok(())
    }

    /// Ends every session of the caller but this one, which moves on to the new generation.
    pub async fn revoke_other_sessions(&self, caller: &Caller, now: Timestamp) -> Result<(), Interruption> {
        self.change_user(caller.user.id, |user, changes| {
            user.session_generation += 1;
            user.updated_at = now;
            changes.update_session(&Session {
                generation: user.session_generation,
                ..caller.session.clone()
            })
        })
        .await?;
        Ok(())
    }
}
