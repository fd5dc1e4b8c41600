//! The user who presents a second factor: to complete a sign-in, or in a session.

use jiff::Timestamp;

use crate::domain::session::SessionState;
use crate::domain::{ChallengeToken, Session, SessionId, User, UserId};
use crate::operations::prelude::*;
use crate::store::LiveSession;

/// A sign-in that waits for its second factor.
#[derive(Debug, Clone)]
pub struct PendingSignIn {
    pub user: User,
    pub session: Session,
}

/// Where a client has presented the token of a challenge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChallengeCarrier {
    Header,
    Cookie,
}

/// The user who presents a second factor (NIST SP 800-63).
#[derive(Debug, Clone)]
pub enum Claimant {
    SigningIn(PendingSignIn),
    /// A signed-in user, who turns the second factor on, steps the session up, or has a browser trusted.
    SignedIn(Caller),
}

impl Claimant {
    pub fn user(&self) -> &User {
        match self {
            Self::SigningIn(pending) => &pending.user,
            Self::SignedIn(caller) => &caller.user,
        }
    }

    pub fn session(&self) -> &Session {
        match self {
            Self::SigningIn(pending) => &pending.session,
            Self::SignedIn(caller) => &caller.session,
        }
    }

    /// An impersonating administrator has no pending sign-in, but must not present a factor in the user's session.
    pub(super) fn expect_in_person(&self) -> Result<(), Interruption> {
        match self {
            Self::SigningIn(_) => Ok(()),
            Self::SignedIn(caller) => caller.expect_in_person(),
        }
    }

    pub(super) fn ids(&self) -> (UserId, SessionId) {
        (self.user().id, self.session().id)
    }
}

impl Core {
    /// `None`: no sign-in waits for a second factor under this token. The reason is not disclosed.
    pub async fn pending_sign_in(
        &self,
        token: &ChallengeToken,
        carrier: ChallengeCarrier,
        now: Timestamp,
    ) -> Result<Option<PendingSignIn>, Interruption> {
        let found = self.store.find_session(token.user_id, token.session_id).await?;
        Ok(found
            .filter(|LiveSession { session, user }| {
                let is_planted =
                    carrier == ChallengeCarrier::Cookie && session.state == SessionState::PendingSecondFactorInHeader;
                session.hash.matches(&token.secret) && session.is_pending(user, now) && !is_planted
            })
            .map(|LiveSession { session, user }| PendingSignIn { user, session }))
    }
}
