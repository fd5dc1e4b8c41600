//! Exchanging the refresh token of an administrator for new tokens: rotation and reuse detection as for users (RFC
//! 9700, section 4.14.2).

use jiff::Timestamp;

use crate::audit;
use crate::domain::session::RefreshStep;
use crate::domain::{AdminAccount, AdminRefreshToken, AdminSession, RateLimit, RefreshSecret};
use crate::operations::prelude::*;
use crate::operations::sessions::open_session::Client;
use crate::store::{Changes, LiveAdmin};

refusals! {
    pub enum RefreshAdminError {
        Invalid: Unauthenticated = "the refresh token is unknown, expired or revoked",
        /// Reuse detection: two clients hold tokens of the session, and one of them is an attacker. The session was
        /// ended.
        Reused: Unauthenticated = "the refresh token was used before",
    }
}

/// The new tokens of the session.
#[derive(Debug)]
pub struct RefreshedAdmin {
    pub admin: AdminAccount,
    pub session: AdminSession,
    pub access_token: String,
    pub refresh_token: AdminRefreshToken,
}

impl Core {
    /// A refresh counts for its session, and a refused token for the client's address. Two round trips; the access
    /// token is signed between them, so that an unavailable signer does not use up the refresh token.
    pub async fn refresh_admin_session(
        &self,
        token: &AdminRefreshToken,
        client: &Client,
        now: Timestamp,
    ) -> Result<RefreshedAdmin, RefreshAdminError> {
        let mut retries = self.retries(now);
        loop {
            let stored = self.store.find_admin_session(token.admin_id, token.session_id).await?;
            let live = stored.filter(|live| live.session.is_live(&live.admin, now));
            let Some(LiveAdmin { admin, session }) = live else {
                self.limit_rate(RateLimit::REFRESH_FAILURE, &client.ip, now).await?;
                return Err(RefreshAdminError::Invalid);
            };
            match session.refresh.present(&token.secret, now, &*self.entropy) {
                RefreshStep::Unknown => {
                    self.limit_rate(RateLimit::REFRESH_FAILURE, &client.ip, now).await?;
                    return Err(RefreshAdminError::Invalid);
                }
                RefreshStep::Reused => {
                    // The session ends before the request is counted: a client over the limit must not keep it alive.
                    tracing::warn!(
                        admin.id = %admin.id,
                        session.id = %session.id,
                        "a refresh token of an administrator was reused"
                    );
                    self.store.commit(Changes::new().delete_admin_session(&session)).await?;
                    self.limit_rate(RateLimit::REFRESH, session.id, now).await?;
                    return Err(RefreshAdminError::Reused);
                }
                RefreshStep::Repeat { successor } => {
                    self.limit_rate(RateLimit::REFRESH, session.id, now).await?;
                    return self.refreshed_admin(admin, session, successor, now).await;
                }
                RefreshStep::Rotate { next, successor } => {
                    let mut extended = session.clone();
                    extended.extend(&self.session_lifetimes(), now);
                    let refreshed = self.refreshed_admin(admin, extended, successor, now).await?;
                    let window = RateLimit::REFRESH.window(session.id, now);
                    let changes = Changes::new().rotate_admin_refresh(&refreshed.session, &next);
                    if retries.commit(self.counted(changes, &window)).await? {
                        return Ok(refreshed);
                    }
                }
            }
        }
    }

    async fn refreshed_admin(
        &self,
        admin: AdminAccount,
        session: AdminSession,
        secret: RefreshSecret,
        now: Timestamp,
    ) -> Result<RefreshedAdmin, RefreshAdminError> {
        audit::note_principal(admin.id.as_owner());
        let access_token = self.sign_admin_token(&admin, &session, now).await?;
        Ok(RefreshedAdmin {
            refresh_token: AdminRefreshToken {
                admin_id: admin.id,
                session_id: session.id,
                secret,
            },
            admin,
            session,
            access_token,
        })
    }
}
