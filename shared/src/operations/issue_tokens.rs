//! What a login hands out. The session is made and its tokens are signed before anything is written, so that a signer that is
//! down leaves nothing behind.

use jiff::Timestamp;

use super::{Core, Interruption};
use crate::domain::access::AccessClaims;
use crate::domain::session::{AuthenticationMethod, RefreshChain};
use crate::domain::signing_key::Ring;
use crate::domain::{RefreshSecret, RefreshToken, Secret, Session, SessionId, SessionToken, User};

/// Who is at the other end, as the gateway saw it.
#[derive(Debug, Clone, Default)]
pub struct Client {
    /// API Gateway's `sourceIp`, never a header; empty when unknown.
    pub ip: String,
    pub user_agent: String,
}

/// What the contract hands out for a login.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Issue {
    /// The session's own token.
    Session,
    /// An access token as well, which costs a signature.
    AccessToken,
}

/// A session that was just opened, and its secrets, which are shown this once.
#[derive(Debug)]
pub struct OpenedSession {
    pub user: User,
    pub session: Session,
    pub token: SessionToken,
    pub refresh_token: RefreshToken,
    pub access_token: Option<String>,
}

/// Longer ones are cut: the header is the client's to choose.
const USER_AGENT_LENGTH: usize = 512;

impl Core {
    /// Not yet written: add it to a commit with `create_session`.
    pub(super) async fn open_session(
        &self,
        user: &User,
        client: &Client,
        remember_me: bool,
        method: AuthenticationMethod,
        issue: Issue,
        now: Timestamp,
    ) -> Result<OpenedSession, Interruption> {
        let secret = Secret::generate(&*self.entropy);
        let refresh = RefreshSecret::generate(&*self.entropy);
        let session = Session {
            id: SessionId::generate(now, &*self.entropy),
            user_id: user.id,
            hash: secret.hash(),
            generation: user.session_generation,
            created_at: now,
            updated_at: now,
            expires_at: now + self.settings.sessions.of(remember_me),
            remember_me,
            ip_address: client.ip.clone(),
            user_agent: client.user_agent.chars().take(USER_AGENT_LENGTH).collect(),
            active_organization: user.starting_organization(),
            methods: vec![method],
            refresh: RefreshChain::start(&refresh),
        };
        let access_token = match issue {
            Issue::Session => None,
            Issue::AccessToken => Some(self.sign_access_token(user, &session, now).await?),
        };
        Ok(OpenedSession {
            user: user.clone(),
            token: SessionToken {
                user_id: user.id,
                session_id: session.id,
                secret,
            },
            refresh_token: RefreshToken {
                user_id: user.id,
                session_id: session.id,
                secret: refresh,
            },
            session,
            access_token,
        })
    }

    pub(super) async fn sign_access_token(
        &self,
        user: &User,
        session: &Session,
        now: Timestamp,
    ) -> Result<String, Interruption> {
        let key = self.signing_key(Ring::User, now).await?;
        let token_id = uuid::Builder::from_random_bytes(self.entropy.bytes()).into_uuid();
        let claims = AccessClaims::of(user, session, token_id, now, self.settings.access_token_lifetime);
        Ok(self.signer.sign_access_token(Ring::User, &key, &claims).await?)
    }
}
