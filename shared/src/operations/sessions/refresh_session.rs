//! Exchanging a refresh token for new tokens (RFC 6749, section 6; rotation as in RFC 9700, section 4.14.2).

use jiff::Timestamp;

use crate::audit;
use crate::domain::audit::Fact;
use crate::domain::session::RefreshStep;
use crate::domain::{RateLimit, RefreshSecret, RefreshToken, Session, User};
use crate::operations::prelude::*;
use crate::operations::sessions::open_session::Client;
use crate::operations::sessions::sign_in_policy::SignInPolicy;
use crate::store::{Changes, LiveSession};

refusals! {
    pub enum RefreshError {
        Invalid: Unauthenticated = "the refresh token is unknown, expired or revoked",
        /// Reuse detection: two clients hold tokens of the session, and one of them is an attacker. The session was
        /// ended.
        Reused: Unauthenticated = "the refresh token was used before",
        /// A session of a contract that signs in unverified users must not become a way around the policy of another.
        EmailNotVerified: Forbidden = "the address is not verified",
    }
}

/// The new tokens of the session.
#[derive(Debug)]
pub struct Refreshed {
    pub user: User,
    pub session: Session,
    pub access_token: String,
    pub refresh_token: RefreshToken,
}

impl Core {
    /// A refresh is no guess, so it counts for its session and not for the client's address; a token that is refused
    /// counts for the address, and not for a session whose user may have nothing to do with it.
    ///
    /// Two round trips: the read, and the commit that rotates and counts. The access token is signed between them, so
    /// that an unavailable signer does not use up the refresh token.
    pub async fn refresh_session(
        &self,
        token: &RefreshToken,
        policy: SignInPolicy,
        client: &Client,
        now: Timestamp,
    ) -> Result<Refreshed, RefreshError> {
        let mut retries = self.retries(now);
        loop {
            let stored = self.store.find_session(token.user_id, token.session_id).await?;
            // An impersonation has no refresh token, and cannot be extended.
            let stored = stored.filter(|stored| stored.session.impersonator.is_none());
            let Some(LiveSession { session, user }) = self.if_live(stored, now).await? else {
                self.limit_rate(RateLimit::REFRESH_FAILURE, &client.ip, now).await?;
                return Err(RefreshError::Invalid);
            };
            match session.refresh.present(&token.secret, now, &*self.entropy) {
                RefreshStep::Unknown => {
                    self.limit_rate(RateLimit::REFRESH_FAILURE, &client.ip, now).await?;
                    return Err(RefreshError::Invalid);
                }
                RefreshStep::Reused => {
                    // The session ends before the request is counted: a client over the limit must not keep it alive.
                    self.end_reused(&session).await?;
                    self.limit_rate(RateLimit::REFRESH, session.id, now).await?;
                    return Err(RefreshError::Reused);
                }
                RefreshStep::Repeat { successor } => {
                    self.limit_rate(RateLimit::REFRESH, session.id, now).await?;
                    admit(&user, policy)?;
                    return self.refreshed(user, session, successor, now).await;
                }
                RefreshStep::Rotate { next, successor } => {
                    admit(&user, policy)?;
                    let mut extended = session.clone();
                    extended.extend(&self.session_lifetimes(), now);
                    let refreshed = self.refreshed(user, extended, successor, now).await?;
                    let window = RateLimit::REFRESH.window(session.id, now);
                    let changes = Changes::new().rotate_refresh(&refreshed.session, &next);
                    if retries.commit(self.counted(changes, &window)).await? {
                        return Ok(refreshed);
                    }
                }
            }
        }
    }

    async fn refreshed(
        &self,
        user: User,
        session: Session,
        successor: RefreshSecret,
        now: Timestamp,
    ) -> Result<Refreshed, RefreshError> {
        audit::note_principal(user.id);
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

    async fn end_reused(&self, session: &Session) -> Result<(), RefreshError> {
        let changes = Changes::new().fact(Fact::RefreshTokenReused {
            user: session.user_id,
            session: session.id,
        });
        let changes = changes.delete_session(session.user_id, session.id);
        self.store.commit(changes).await?;
        Ok(self.drop_requests_of_ended_sessions(session.user_id).await?)
    }
}

fn admit(user: &User, policy: SignInPolicy) -> Result<(), RefreshError> {
    if policy.rejects_address_of(user) {
        return Err(RefreshError::EmailNotVerified);
    }
    Ok(())
}
