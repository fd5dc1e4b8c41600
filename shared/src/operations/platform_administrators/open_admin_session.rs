//! Opening a session of an administrator, once every factor is verified. No other module creates such sessions. The
//! access token is signed before anything is written, so that an unavailable signer leaves nothing behind.

use jiff::Timestamp;

use crate::domain::session::{AuthenticationMethod, RefreshChain};
use crate::domain::signing_key::Ring;
use crate::domain::{
    AdminAccount, AdminRefreshToken, AdminSession, KnownDeviceToken, RefreshSecret, Secret, SessionId,
};
use crate::operations::prelude::*;
use crate::operations::sessions::open_session::Client;

/// A new session, and its tokens, which cannot be read again.
#[derive(Debug)]
pub struct OpenedAdminSession {
    pub admin: AdminAccount,
    pub session: AdminSession,
    pub access_token: String,
    pub refresh_token: AdminRefreshToken,
    /// Makes the client a known device.
    pub known_device: Option<KnownDeviceToken>,
}

impl Core {
    /// Builds the session, which the caller of this function writes.
    pub(super) async fn build_admin_session(
        &self,
        admin: AdminAccount,
        methods: Vec<AuthenticationMethod>,
        client: &Client,
        now: Timestamp,
    ) -> Result<OpenedAdminSession, Interruption> {
        let secret = RefreshSecret {
            family: Secret::generate(&*self.entropy),
            current: Secret::generate(&*self.entropy),
        };
        let session = AdminSession {
            id: SessionId::generate(now, &*self.entropy),
            admin_id: admin.id,
            generation: admin.session_generation,
            methods,
            created_at: now,
            updated_at: now,
            expires_at: AdminSession::end(now, &self.session_lifetimes(), now),
            ip_address: client.ip.clone(),
            user_agent: client.user_agent.clone(),
            refresh: RefreshChain::start(&secret),
        };
        Ok(OpenedAdminSession {
            access_token: self.sign_admin_token(&admin, &session, now).await?,
            refresh_token: AdminRefreshToken {
                admin_id: admin.id,
                session_id: session.id,
                secret,
            },
            admin,
            session,
            known_device: None,
        })
    }

    pub(super) async fn sign_admin_token(
        &self,
        admin: &AdminAccount,
        session: &AdminSession,
        now: Timestamp,
    ) -> Result<String, Interruption> {
        let token_id = uuid::Builder::from_random_bytes(self.entropy.bytes()).into_uuid();
        let claims = session.claims(admin, token_id, now, self.configuration().access_token_lifetime);
        self.sign_token(Ring::Admin, &claims, now).await
    }
}
