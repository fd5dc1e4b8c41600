//! From a sign-in whose second factor is pending to a session. What the second factor is, and whether it was right, the operations of
//! each kind say.

use jiff::Timestamp;

use super::{Core, Interruption};
use crate::domain::session::{AuthenticationMethod, SessionState};
use crate::domain::{ChallengeToken, Secret, Session, SessionToken, User};
use crate::store::{Changes, LiveSession};

/// A sign-in that waits for its second factor.
#[derive(Debug, Clone)]
pub struct PendingSignIn {
    pub user: User,
    pub session: Session,
}

/// The session that a pending sign-in became. Its refresh token is the one that was handed out with the challenge.
#[derive(Debug)]
pub struct ActivatedSession {
    pub user: User,
    pub session: Session,
    pub token: SessionToken,
}

impl Core {
    /// `None`: the token opens no verification, for whatever reason.
    pub async fn pending_sign_in(
        &self,
        token: &ChallengeToken,
        now: Timestamp,
    ) -> Result<Option<PendingSignIn>, Interruption> {
        let found = self.store.find_session(token.user_id, token.session_id).await?;
        Ok(found
            .filter(|LiveSession { session, user }| {
                session.hash.matches(&token.secret) && session.is_pending(user, now)
            })
            .map(|LiveSession { session, user }| PendingSignIn { user, session }))
    }

    /// Not yet written: commit the changes together with what uses up the second factor. They hold once; the second of two at once
    /// meets `Conflict::SessionGone`.
    pub(super) fn activate(
        &self,
        pending: &PendingSignIn,
        method: AuthenticationMethod,
        now: Timestamp,
    ) -> (Changes, ActivatedSession) {
        let secret = Secret::generate(&*self.entropy);
        let mut session = Session {
            state: SessionState::Active,
            hash: secret.hash(),
            created_at: now,
            updated_at: now,
            expires_at: now + self.settings.sessions.of(pending.session.remember_me),
            ..pending.session.clone()
        };
        session.methods.push(method);
        let token = SessionToken {
            user_id: session.user_id,
            session_id: session.id,
            secret,
        };
        let changes = Changes::new().activate_session(&pending.session, &session);
        let activated = ActivatedSession {
            user: pending.user.clone(),
            session,
            token,
        };
        (changes, activated)
    }
}
