//! Opening a session, for every method of sign-in. The session is built and its tokens are signed before anything is
//! written, so that an unavailable signer leaves nothing behind.
//!
//! No other module creates sessions, so the second factor cannot be bypassed: a sign-in that lacks it gets a session
//! that authenticates no request.

use jiff::Timestamp;

use crate::domain::session::{AuthenticationMethod, RefreshChain, SessionState};
use crate::domain::{
    ChallengeToken, KnownDeviceToken, OrganizationId, RefreshSecret, RefreshToken, Secret, Session, SessionId,
    SessionToken, TrustedDeviceToken, User,
};
use crate::operations::core::{Core, Settings};
use crate::operations::prelude::*;

/// The client, as the gateway saw it.
#[derive(Debug, Clone, Default)]
pub struct Client {
    /// API Gateway's `sourceIp`, or the viewer of a trusted proxy; empty when unknown.
    pub ip: String,
    pub user_agent: String,
    /// The name that the client gives to its device, in contracts that have a field for it.
    pub device_name: Option<String>,
    /// The devices that the client claims to be. One of them may be a device of the user.
    pub known_devices: Vec<KnownDeviceToken>,
}

/// The tokens that a contract issues for a sign-in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Issue {
    /// The session's own token.
    Session,
    /// An access token as well, which costs a signature.
    AccessToken,
}

/// The parameters of a sign-in that opens a session.
#[derive(Debug)]
pub(in crate::operations) struct Login<'a> {
    pub client: &'a Client,
    pub remember_me: bool,
    /// The verified methods of authentication.
    pub methods: Vec<AuthenticationMethod>,
    /// The active organization of the new session.
    pub organization: Option<OrganizationId>,
    pub issue: Issue,
}

/// The result of the first factor.
#[derive(Debug)]
pub enum SignedIn {
    Session(OpenedSession),
    /// The user has a second factor, which must be verified first.
    SecondFactor(Challenge),
}

/// A new session, and its tokens, which cannot be read again.
#[derive(Debug)]
pub struct OpenedSession {
    pub user: User,
    pub session: Session,
    pub token: SessionToken,
    pub refresh_token: RefreshToken,
    pub access_token: Option<String>,
    /// The new token of the trusted browser that replaced the second factor: it is rotated at each sign-in.
    pub trusted_device: Option<TrustedDeviceToken>,
    /// The token of the device, if the password was shown.
    pub known_device: Option<KnownDeviceToken>,
}

impl OpenedSession {
    /// For a contract whose sign-in issues an access token: the operation was asked for one.
    pub fn expect_access_token(&self) -> Result<String, Interruption> {
        let token = self.access_token.clone();
        token.ok_or_else(|| Interruption::internal("the operation opened a session without an access token"))
    }
}

/// A session that waits for its second factor.
#[derive(Debug)]
pub struct Challenge {
    pub user: User,
    pub session: Session,
    pub token: ChallengeToken,
    /// It is valid once the second factor is verified.
    pub refresh_token: RefreshToken,
    /// The token of the device, if the password was shown.
    pub known_device: Option<KnownDeviceToken>,
}

/// Longer values are truncated, because the client controls the header.
const USER_AGENT_LENGTH: usize = 512;

impl Core {
    /// Not yet written: the commit adds it with `create_session`.
    pub(in crate::operations) async fn begin_session(
        &self,
        user: &User,
        login: Login<'_>,
        now: Timestamp,
    ) -> Result<SignedIn, Interruption> {
        if !lacks_second_factor(user, &login.methods) {
            return Ok(SignedIn::Session(self.open_session(user, login, now).await?));
        }
        let (session, secret, refresh) = self.build_session(user, &login, now);
        let session = Session {
            state: match login.issue {
                Issue::Session => SessionState::PendingSecondFactor,
                // The contract puts tokens into the body of its responses, and sets no cookies.
                Issue::AccessToken => SessionState::PendingSecondFactorInHeader,
            },
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
            known_device: None,
        }))
    }

    /// For a sign-in whose second factor is verified, if the user has one. Not yet written: the commit adds it with
    /// `create_session`.
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
        let (session, secret, refresh) = self.build_session(user, &login, now);
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
            known_device: None,
        })
    }

    /// An active session and its secrets.
    fn build_session(&self, user: &User, login: &Login<'_>, now: Timestamp) -> (Session, Secret, RefreshSecret) {
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
            expires_at: now + self.session_lifetimes().of(login.remember_me),
            remember_me: login.remember_me,
            ip_address: login.client.ip.clone(),
            user_agent: login.client.user_agent.chars().take(USER_AGENT_LENGTH).collect(),
            device_name: login.client.device_name.clone(),
            active_organization: login.organization,
            active_team: None,
            methods: login.methods.clone(),
            impersonator: None,
            passkey: None,
            refresh: RefreshChain::start(&refresh),
        };
        (session, secret, refresh)
    }
}

impl Challenge {
    /// Whether a code by mail is accepted as the second factor. It is not if the first factor was a mail, or a password
    /// that was reset by mail: the mailbox would be both factors.
    pub fn takes_mailed_codes(&self, settings: &Settings) -> bool {
        settings.two_factor_by_mail && !self.session.was_begun_by_mail() && self.user.takes_mailed_codes()
    }
}

impl SignedIn {
    pub fn user(&self) -> &User {
        match self {
            Self::Session(opened) => &opened.user,
            Self::SecondFactor(challenge) => &challenge.user,
        }
    }

    /// The token of the device, if the password was shown.
    pub fn known_device(&self) -> Option<&KnownDeviceToken> {
        match self {
            Self::Session(opened) => opened.known_device.as_ref(),
            Self::SecondFactor(challenge) => challenge.known_device.as_ref(),
        }
    }

    /// The session that the commit creates.
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
