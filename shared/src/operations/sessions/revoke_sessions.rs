//! Ending own sessions: one, all others, or all.

use jiff::Timestamp;

use crate::domain::{Session, SessionId};
use crate::operations::prelude::*;
use crate::store::Changes;

impl Core {
    /// The key of a session contains its user, so a caller cannot end another user's session.
    pub async fn revoke_session(&self, caller: &Caller, id: SessionId, now: Timestamp) -> Result<(), Interruption> {
        self.expect_no_higher_assurance(caller, |session| session.id == id, now)
            .await?;
        let user = caller.user.id;
        self.store.commit(Changes::new().delete_session(user, id)).await?;
        self.drop_requests_of_ended_sessions(user).await
    }

    /// Sessions that are created while this runs end too: they have the old generation.
    pub async fn revoke_sessions(&self, caller: &Caller, now: Timestamp) -> Result<(), Interruption> {
        let mut retries = self.retries(now);
        loop {
            let Some(mut user) = self.store.find_user(caller.user.id).await? else {
                return Ok(());
            };
            let caller = Caller::new(user.clone(), caller.session.clone(), None);
            self.expect_no_higher_assurance(&caller, |_| true, now).await?;
            user.end_sessions(now);
            if retries.commit(Changes::new().update_user(&user)).await? {
                return Ok(());
            }
        }
    }

    /// Ends every session of the caller but this one, which gets the new generation. `false`: this one was ended in the
    /// meantime, and ends no others: a stolen session must not outlive the change of password that ended it.
    pub async fn revoke_other_sessions(&self, caller: &Caller, now: Timestamp) -> Result<bool, Interruption> {
        let mut attempts = self.uncounted_attempts(caller, now);
        loop {
            let caller = attempts.caller();
            self.expect_no_higher_assurance(&caller, |session| session.id != caller.session.id, now)
                .await?;
            let mut user = caller.user.clone();
            user.end_sessions(now);
            let session = Session {
                generation: user.session_generation,
                ..caller.session.clone()
            };
            let changes = Changes::new().update_session(&session).update_user(&user);
            match attempts.commit(changes).await.map_err(Interruption::from) {
                Ok(true) => return Ok(true),
                Ok(false) => {}
                Err(Interruption::SessionGone) => return Ok(false),
                Err(interruption) => return Err(interruption),
            }
        }
    }

    /// A session that has not shown the second factor must not end one that has: an attacker with a stolen password and
    /// a trusted browser would keep the owner signed out.
    async fn expect_no_higher_assurance(
        &self,
        caller: &Caller,
        is_ended: impl Fn(&Session) -> bool + Send,
        now: Timestamp,
    ) -> Result<(), Interruption> {
        let user = &caller.user;
        if caller.session.may_manage_credentials(user) {
            return Ok(());
        }
        let mut sessions = self.store.list_sessions(user.id).await?.into_iter();
        let is_higher = |session: Session| {
            is_ended(&session) && session.is_live(user, now) && session.has_shown_second_factor(user)
        };
        if sessions.any(is_higher) {
            Err(Interruption::SecondFactorNotShown)
        } else {
            Ok(())
        }
    }
}
