//! Authenticating a request: the session check. Every request reads the session together with its user, so that a
//! revocation or a ban takes effect immediately.

use jiff::Timestamp;

use crate::domain::audit::{Actor, ActorKind};
use crate::domain::signing_key::Ring;
use crate::domain::{Session, SessionToken, User};
use crate::operations::core::Core;
use crate::operations::interruption::Interruption;
use crate::signer::key_id_of;
use crate::store::{LiveSession, StoreError};

/// The credential of a request. Its contract determines the header or cookie.
#[derive(Debug, Clone)]
pub enum Credential {
    Session(SessionToken),
    /// A JWT, not yet verified.
    AccessToken(String),
}

/// A user with a live session.
#[derive(Debug, Clone)]
pub struct Caller {
    pub user: User,
    pub session: Session,
    /// The session's own token, if the client presented it.
    pub token: Option<SessionToken>,
}

impl Caller {
    /// Rejects an impersonation. Every operation on passwords, addresses, usernames, second factors, passkeys, linked
    /// accounts, API keys and tokens requires this, because their effect would outlast the impersonation; so does the
    /// deletion of the account.
    pub(in crate::operations) fn expect_in_person(&self) -> Result<(), Interruption> {
        match self.session.impersonator {
            Some(_) => Err(Interruption::Impersonated),
            None => Ok(()),
        }
    }

    /// The caller in audit records.
    pub fn actor(&self) -> Actor {
        let (kind, id) = match self.session.impersonator {
            Some(behind) => (ActorKind::Impersonator, behind.user_id),
            None if self.session.is_of_api_key() => (ActorKind::ApiKey, self.user.id),
            None => (ActorKind::User, self.user.id),
        };
        Actor {
            kind,
            id: Some(id.to_string()),
            session: Some(self.session.id),
            user: Some(self.user.id),
        }
    }

    pub(in crate::operations) fn new(user: User, session: Session, token: Option<SessionToken>) -> Self {
        Self {
            session: while_member(session, &user),
            user,
            token,
        }
    }
}

/// The session with the active organization and team only if its user is still a member of them.
pub(in crate::operations) fn while_member(session: Session, user: &User) -> Session {
    let active = session.active_organization.and_then(|id| user.membership(id));
    let team = session.active_team;
    Session {
        active_organization: active.map(|membership| membership.organization_id),
        active_team: team.filter(|team| active.is_some_and(|membership| membership.is_in(*team))),
        ..session
    }
}

impl Credential {
    /// A token of one contract is valid in every other contract.
    pub fn parse(text: &str) -> Option<Self> {
        if let Ok(token) = SessionToken::parse(text) {
            return Some(Self::Session(token));
        }
        key_id_of(text).map(|_| Self::AccessToken(text.to_owned()))
    }
}

impl Core {
    /// `None`: the credential is not valid.
    pub async fn authenticate(&self, credential: &Credential, now: Timestamp) -> Result<Option<Caller>, Interruption> {
        Ok(self
            .authenticate_until(credential, now)
            .await?
            .map(|(caller, _)| caller))
    }

    /// The same, with the time at which the credential expires.
    pub(in crate::operations) async fn authenticate_until(
        &self,
        credential: &Credential,
        now: Timestamp,
    ) -> Result<Option<(Caller, Timestamp)>, Interruption> {
        let (stored, end) = match credential {
            Credential::Session(token) => (self.store.find_session(token.user_id, token.session_id).await?, None),
            Credential::AccessToken(jwt) => match self.session_of_access_token(jwt, now).await? {
                Some((stored, end)) => (Some(stored), Some(end)),
                None => return Ok(None),
            },
        };
        let Some(LiveSession { session, user }) = self.if_live(stored, now).await? else {
            return Ok(None);
        };
        let token = match credential {
            Credential::Session(token) if session.hash.matches(&token.secret) => Some(token.clone()),
            Credential::Session(_) => return Ok(None),
            Credential::AccessToken(_) => None,
        };
        let end = end.unwrap_or(session.expires_at);
        Ok(Some((Caller::new(user, session, token), end)))
    }

    /// The session as just read, if it is live. An impersonation needs a second read: it ends with the administrator's
    /// session or permission, and when its user gets a role that the administrator may not impersonate.
    pub(in crate::operations) async fn if_live(
        &self,
        session: Option<LiveSession>,
        now: Timestamp,
    ) -> Result<Option<LiveSession>, StoreError> {
        let Some(live) = session.filter(|live| live.session.is_live(&live.user, now)) else {
            return Ok(None);
        };
        let Some(impersonator) = live.session.impersonator else {
            return Ok(Some(live));
        };
        let admin = self
            .store
            .find_session(impersonator.user_id, impersonator.session_id)
            .await?;
        let roles = &self.settings.admin_roles;
        let may_impersonate = |admin: &LiveSession| {
            admin.session.is_live(&admin.user, now) && roles.may_impersonate(&admin.user, &live.user)
        };
        Ok(admin.is_some_and(|admin| may_impersonate(&admin)).then_some(live))
    }

    /// The session of a valid token, and when the token expires.
    async fn session_of_access_token(
        &self,
        jwt: &str,
        now: Timestamp,
    ) -> Result<Option<(LiveSession, Timestamp)>, Interruption> {
        let Some(token) = self.verify_token(Ring::User, jwt, now).await? else {
            return Ok(None);
        };
        let claims = &token.claims;
        let read = self.store.find_session_and_keys(claims.user_id, claims.session_id);
        let (session, keys) = read.await?;
        let session = token.expect_key(&keys).and(session);
        Ok(session.map(|session| (session, claims.expires_at)))
    }
}
