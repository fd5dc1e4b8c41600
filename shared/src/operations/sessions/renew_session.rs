//! Renewing the caller's session: it gets a new token when its privileges change, so that a copy of the old token is
//! worthless (session fixation).

use jiff::Timestamp;

use crate::domain::session::AuthenticationMethod;
use crate::domain::{Secret, Session, SessionToken, User};
use crate::operations::attempts::{Attempts, Lost};
use crate::operations::core::Core;
use crate::store::Changes;

/// A session under its new token. Its refresh token stays.
#[derive(Debug)]
pub struct RenewedSession {
    pub user: User,
    pub session: Session,
    pub token: SessionToken,
}

impl Attempts<'_> {
    /// Commits the changes together with the caller's user in the state of `user`, and with a new token for the
    /// caller's session; the old token becomes invalid. `verified` is the method that this request has verified.
    /// `None`: the commit lost a race, as in [`Attempts::commit`].
    pub(in crate::operations) async fn commit_and_renew(
        &mut self,
        changes: Changes,
        mut user: User,
        verified: Option<AuthenticationMethod>,
    ) -> Result<Option<RenewedSession>, Lost> {
        let (core, now, session) = (self.retries.core, self.retries.now, self.caller().session.clone());
        user.updated_at = now;
        let mut renewed = core.renew_token(user, &session, verified, now);
        let changes = changes
            .renew_session(&session, &renewed.session)
            .update_user(&renewed.user);
        let is_committed = self.commit(changes).await?;
        renewed.user.version += 1;
        Ok(is_committed.then_some(renewed))
    }
}

impl Core {
    /// The session of a user who has just authenticated, with a new token. Not yet written.
    pub(in crate::operations) fn renew_token(
        &self,
        user: User,
        session: &Session,
        verified: Option<AuthenticationMethod>,
        now: Timestamp,
    ) -> RenewedSession {
        let secret = Secret::generate(&*self.entropy);
        let mut session = Session {
            hash: secret.hash(),
            generation: user.session_generation,
            created_at: now,
            updated_at: now,
            expires_at: session.end_when_extended(&self.settings.sessions, now),
            ..session.clone()
        };
        if let Some(method) = verified {
            session.trust_generation = user.trust_generation;
            session
                .methods
                .extend((!session.methods.contains(&method)).then_some(method));
        }
        RenewedSession {
            token: SessionToken {
                user_id: session.user_id,
                session_id: session.id,
                secret,
            },
            user,
            session,
        }
    }
}
