//! What a login hands out. The session is made and its tokens are signed before anything is written, so that a signer that is
//! down leaves nothing behind.
//!
//! Every session comes into being here, so this is where a second factor cannot be gone around: a login that has not shown it begins
//! a session that authenticates nobody.

use jiff::Timestamp;

use crate::domain::access::AccessClaims;
use crate::domain::session::{AuthenticationMethod, RefreshChain, SessionState};
use crate::domain::signing_key::Ring;
use crate::domain::{
    ChallengeToken, OrganizationId, RefreshSecret, RefreshToken, Secret, Session, SessionId, SessionToken,
    TrustedDeviceToken, User,
};
use crate::operations::core::{Core, Settings};
use crate::operations::interruption::Interruption;
use crate::operations::sessions::authenticate::Caller;

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

/// How a session comes about.
#[derive(Debug)]
pub(in crate::operations) struct Login<'a> {
    pub client: &'a Client,
    pub remember_me: bool,
    /// All that the user has shown.
    pub methods: Vec<AuthenticationMethod>,
    /// For which the session acts, to begin with.
    pub organization: Option<OrganizationId>,
    pub issue: Issue,
}

/// What a first factor leads to.
#[derive(Debug)]
pub enum SignedIn {
    Session(OpenedSession),
    /// Nothing is open yet: the user asks for a second factor.
    SecondFactor(Challenge),
}

/// A session that was just opened, and its secrets, which are shown this once.
#[derive(Debug)]
pub struct OpenedSession {
    pub user: User,
    pub session: Session,
    pub token: SessionToken,
    pub refresh_token: RefreshToken,
    pub access_token: Option<String>,
    /// For the trusted browser that spared the user the second factor: it gets a new token with each sign-in.
    pub trusted_device: Option<TrustedDeviceToken>,
}

/// A session that waits for its second factor.
#[derive(Debug)]
pub struct Challenge {
    pub user: User,
    pub session: Session,
    pub token: ChallengeToken,
    /// Works once the second factor was shown.
    pub refresh_token: RefreshToken,
}

/// Longer ones are cut: the header is the client's to choose.
const USER_AGENT_LENGTH: usize = 512;

impl Core {
    /// Not yet written: add what it leads to to a commit with `create_session`.
    pub(in crate::operations) async fn begin_session(
        &self,
        user: &User,
        login: Login<'_>,
        now: Timestamp,
    ) -> Result<SignedIn, Interruption> {
        if !lacks_second_factor(user, &login.methods) {
            return Ok(SignedIn::Session(self.open_session(user, login, now).await?));
        }
        let (session, secret, refresh) = self.session(user, &login, now);
        let session = Session {
            state: SessionState::PendingSecondFactor,
            expires_at: now + self.settings.challenge_lifetime,
            ..session
        };
        Ok(SignedIn::SecondFactor(Challenge {
            user: user.clone(),
            token: ChallengeToken {
                user_id: user.id,
                session_id: session.id,
                secret,
            },
            refresh_token: refresh_token(&session, refresh),
            session,
        }))
    }

    /// For whoever has shown all that the user asks for. Not yet written: add it to a commit with `create_session`.
    pub(in crate::operations) async fn open_session(
        &self,
        user: &User,
        login: Login<'_>,
        now: Timestamp,
    ) -> Result<OpenedSession, Interruption> {
        if lacks_second_factor(user, &login.methods) {
            let reason = format_args!(
                "a session of user {} must not be opened without the second factor",
                user.id
            );
            return Err(Interruption::internal(reason));
        }
        self.opened(user, login, now).await
    }

    /// In place of the caller's own session, which ends with it. It has shown no less than that one, and may be from before the user asked
    /// for a second factor.
    pub(in crate::operations) async fn replace_session(
        &self,
        user: &User,
        caller: &Caller,
        login: Login<'_>,
        now: Timestamp,
    ) -> Result<OpenedSession, Interruption> {
        caller.expect_in_person()?;
        let mut methods = caller.session.methods.clone();
        methods.extend(
            login
                .methods
                .iter()
                .filter(|method| !caller.session.methods.contains(method)),
        );
        let mut opened = self.opened(user, Login { methods, ..login }, now).await?;
        opened.session.trust_generation = caller.session.trust_generation;
        Ok(opened)
    }

    async fn opened(&self, user: &User, login: Login<'_>, now: Timestamp) -> Result<OpenedSession, Interruption> {
        let (session, secret, refresh) = self.session(user, &login, now);
        let access_token = match login.issue {
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
            refresh_token: refresh_token(&session, refresh),
            session,
            access_token,
            trusted_device: None,
        })
    }

    /// An active session and its secrets.
    fn session(&self, user: &User, login: &Login<'_>, now: Timestamp) -> (Session, Secret, RefreshSecret) {
        let secret = Secret::generate(&*self.entropy);
        let refresh = RefreshSecret::generate(&*self.entropy);
        let session = Session {
            id: SessionId::generate(now, &*self.entropy),
            user_id: user.id,
            state: SessionState::Active,
            hash: secret.hash(),
            generation: user.session_generation,
            trust_generation: user.trust_generation,
            created_at: now,
            updated_at: now,
            expires_at: now + self.settings.sessions.of(login.remember_me),
            remember_me: login.remember_me,
            ip_address: login.client.ip.clone(),
            user_agent: login.client.user_agent.chars().take(USER_AGENT_LENGTH).collect(),
            active_organization: login.organization,
            active_team: None,
            methods: login.methods.clone(),
            impersonator: None,
            refresh: RefreshChain::start(&refresh),
        };
        (session, secret, refresh)
    }

    /// None for an impersonation: whoever verifies a token by itself would take the administrator for the user, and not see it end.
    pub(in crate::operations) async fn sign_access_token(
        &self,
        user: &User,
        session: &Session,
        now: Timestamp,
    ) -> Result<String, Interruption> {
        if session.impersonator.is_some() {
            return Err(Interruption::Impersonated);
        }
        let key = self.signing_key(Ring::User, now).await?;
        let token_id = uuid::Builder::from_random_bytes(self.entropy.bytes()).into_uuid();
        let claims = AccessClaims::of(user, session, token_id, now, self.settings.access_token_lifetime);
        Ok(self.signer.sign_access_token(Ring::User, &key, &claims).await?)
    }
}

impl Challenge {
    /// Whether a code by mail completes it. Not one that a mail began: the mailbox alone would be both factors.
    pub fn takes_mailed_codes(&self, settings: &Settings) -> bool {
        settings.two_factor_by_mail && !self.session.was_begun_by_mail()
    }
}

impl SignedIn {
    pub fn user(&self) -> &User {
        match self {
            Self::Session(opened) => &opened.user,
            Self::SecondFactor(challenge) => &challenge.user,
        }
    }

    /// What is to be written.
    pub(in crate::operations) fn session(&self) -> &Session {
        match self {
            Self::Session(opened) => &opened.session,
            Self::SecondFactor(challenge) => &challenge.session,
        }
    }
}

fn lacks_second_factor(user: &User, shown: &[AuthenticationMethod]) -> bool {
    user.two_factor_enabled && !shown.iter().any(|method| method.is_second_factor())
}

fn refresh_token(session: &Session, secret: RefreshSecret) -> RefreshToken {
    RefreshToken {
        user_id: session.user_id,
        session_id: session.id,
        secret,
    }
}
