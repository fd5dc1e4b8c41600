//! Exchanging a refresh token for new tokens (RFC 6749, section 6; rotation as in RFC 9700, section 4.14.2).

use jiff::Timestamp;

use crate::domain::session::{RefreshChain, RefreshStep};
use crate::domain::{RateLimit, RefreshSecret, RefreshToken, Session, User};
use crate::operations::core::Core;
use crate::operations::interruption::Interruption;
use crate::operations::interruption::interruptible;
use crate::operations::limit_rate::too_many;
use crate::operations::sessions::issue_tokens::Client;
use crate::store::{Changes, CommitError, Conflict, LiveSession};

#[derive(Debug, thiserror::Error)]
pub enum RefreshError {
    #[error("the refresh token is unknown, expired or revoked")]
    Invalid,
    /// The session has been ended: two parties hold its tokens, and one of them is not the user.
    #[error("the refresh token was used before")]
    Reused,
    #[error(transparent)]
    Interrupted(#[from] Interruption),
}

interruptible!(RefreshError);

/// How often the token is looked at again when another request rotated it first.
const ROUNDS: usize = 10;

/// What a rotation hands out: the tokens of a session that goes on.
#[derive(Debug)]
pub struct Refreshed {
    pub user: User,
    pub session: Session,
    pub access_token: String,
    pub refresh_token: RefreshToken,
}

impl Core {
    /// Two round trips: the read, and the commit that rotates and counts. The access token is signed between them, so a signer
    /// that is down does not use up the refresh token.
    pub async fn refresh_session(
        &self,
        token: &RefreshToken,
        client: &Client,
        now: Timestamp,
    ) -> Result<Refreshed, RefreshError> {
        for _ in 0..ROUNDS {
            let found = self.store.find_session(token.user_id, token.session_id).await?;
            // An impersonation has no tokens but the session's own, and is not to go on.
            let live = found.filter(|found| found.session.impersonator.is_none());
            let live = self.live(live, now).await?;
            let Some(LiveSession { session, user }) = live else {
                self.limit_rate(RateLimit::REFRESH, &client.ip, now).await?;
                return Err(RefreshError::Invalid);
            };
            match session.refresh.present(&token.secret, now, &*self.entropy) {
                RefreshStep::Unknown => {
                    self.limit_rate(RateLimit::REFRESH, &client.ip, now).await?;
                    return Err(RefreshError::Invalid);
                }
                RefreshStep::Reused => {
                    // Counted after it is ended: whoever is over the limit must not keep the session alive.
                    self.end_reused(&session).await?;
                    self.limit_rate(RateLimit::REFRESH, &client.ip, now).await?;
                    return Err(RefreshError::Reused);
                }
                RefreshStep::Repeat { successor } => {
                    self.limit_rate(RateLimit::REFRESH, &client.ip, now).await?;
                    return self.refreshed(user, session, successor, now).await;
                }
                RefreshStep::Rotate { next, successor } => {
                    let mut extended = session.clone();
                    extended.extend(&self.settings.sessions, now);
                    let refreshed = self.refreshed(user, extended, successor, now).await?;
                    if self.rotate(&refreshed.session, &next, client, now).await? {
                        return Ok(refreshed);
                    }
                }
            }
        }
        Err(Interruption::Unavailable.into())
    }

    async fn refreshed(
        &self,
        user: User,
        session: Session,
        successor: RefreshSecret,
        now: Timestamp,
    ) -> Result<Refreshed, RefreshError> {
        let access_token = self.sign_access_token(&user, &session, now).await?;
        let refresh_token = RefreshToken {
            user_id: user.id,
            session_id: session.id,
            secret: successor,
        };
        Ok(Refreshed {
            user,
            session,
            access_token,
            refresh_token,
        })
    }

    /// `false`: another request was faster.
    async fn rotate(
        &self,
        session: &Session,
        next: &RefreshChain,
        client: &Client,
        now: Timestamp,
    ) -> Result<bool, RefreshError> {
        let window = RateLimit::REFRESH.window(&client.ip, now);
        let changes = self.counted(Changes::new().rotate_refresh(session, next), &window);
        match self.store.commit(changes).await {
            Ok(()) => Ok(true),
            Err(CommitError::Conflict(Conflict::RefreshMoved)) => Ok(false),
            Err(CommitError::Conflict(Conflict::LimitReached(window))) => Err(too_many(&window, now).into()),
            Err(error) => Err(error.into()),
        }
    }

    async fn end_reused(&self, session: &Session) -> Result<(), RefreshError> {
        tracing::warn!(user.id = %session.user_id, session.id = %session.id, "a spent refresh token came back");
        let changes = Changes::new().delete_session(session.user_id, session.id);
        Ok(self.store.commit(changes).await?)
    }
}
