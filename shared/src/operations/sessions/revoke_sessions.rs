//! Ending sessions from afar: one, all others, or all.

use jiff::Timestamp;

use crate::domain::{Session, SessionId, User};
use crate::operations::core::Core;
use crate::operations::interruption::Interruption;
use crate::operations::sessions::authenticate::Caller;
use crate::store::{Changes, CommitError, Conflict};

/// How often a lost race is run again.
const ROUNDS: usize = 8;

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
        let mut retries = self.retries(now);
        loop {
            let Some(mut user) = self.store.find_user(caller.user.id).await? else {
                return Ok(());
            };
            user.session_generation += 1;
            user.updated_at = now;
            if retries.commit(Changes::new().update_user(&user)).await? {
                return Ok(());
            }
        }
    }

    /// Ends every session of the caller but this one, which moves on to the new generation. `false`: this one has ended
    /// meanwhile, and does nothing any more. If it moved on all the same, a stolen session could outlive the change of password
    /// that was to end it.
    pub async fn revoke_other_sessions(&self, caller: &Caller, now: Timestamp) -> Result<bool, Interruption> {
        let mut caller = caller.clone();
        for _ in 0..ROUNDS {
            match self.store.commit(moving_on(&caller, now)).await {
                Ok(()) => return Ok(true),
                Err(CommitError::Conflict(Conflict::UserMoved | Conflict::SessionGone)) => {}
                Err(error) => return Err(error.into()),
            }
            match self.look_again(&caller, now).await? {
                Some(again) => caller = again,
                None => return Ok(false),
            }
        }
        Err(Interruption::Unavailable)
    }
}

fn moving_on(caller: &Caller, now: Timestamp) -> Changes {
    let user = User {
        session_generation: caller.user.session_generation + 1,
        updated_at: now,
        ..caller.user.clone()
    };
    let session = Session {
        generation: user.session_generation,
        ..caller.session.clone()
    };
    Changes::new().update_session(&session).update_user(&user)
}
