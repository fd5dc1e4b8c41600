//! The session check: who is asking. One read of session and user together, at every request, so that a revocation or a ban takes
//! hold at once.

use jiff::Timestamp;

use crate::domain::signing_key::Ring;
use crate::domain::{AccessClaims, Session, SessionToken, User};
use crate::operations::core::Core;
use crate::operations::interruption::Interruption;
use crate::signer::key_id_of;
use crate::store::{Changes, CommitError, Conflict, LiveSession, StoreError};

/// What a request presents, in whatever header or cookie its contract uses.
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
    /// The session's own token, when that is what was presented.
    pub token: Option<SessionToken>,
}

impl Caller {
    /// For all that lets a user in, and all that is handed out in the user's name and lasts. Every operation on passwords, addresses,
    /// usernames, second factors, passkeys, linked accounts, API keys and tokens asks this first, and so does the deletion of the account.
    pub(in crate::operations) fn expect_in_person(&self) -> Result<(), Interruption> {
        match self.session.impersonator {
            Some(_) => Err(Interruption::Impersonated),
            None => Ok(()),
        }
    }

    pub(in crate::operations) fn new(user: User, session: Session, token: Option<SessionToken>) -> Self {
        Self {
            session: of_member(session, &user),
            user,
            token,
        }
    }
}

/// A session acts for an organization, and a team, only while its user is a member there, whatever it says.
pub(in crate::operations) fn of_member(session: Session, user: &User) -> Session {
    let active = session.active_organization.and_then(|id| user.membership(id));
    let team = session.active_team;
    Session {
        active_organization: active.map(|membership| membership.organization_id),
        active_team: team.filter(|team| active.is_some_and(|membership| membership.is_in(*team))),
        ..session
    }
}

impl Credential {
    /// Any contract's token works at every other contract's endpoints.
    pub fn parse(text: &str) -> Option<Self> {
        if let Ok(token) = SessionToken::parse(text) {
            return Some(Self::Session(token));
        }
        key_id_of(text).map(|_| Self::AccessToken(text.to_owned()))
    }
}

impl Core {
    /// `None`: the credential authenticates nobody, for whatever reason.
    pub async fn authenticate(&self, credential: &Credential, now: Timestamp) -> Result<Option<Caller>, Interruption> {
        Ok(self
            .authenticate_until(credential, now)
            .await?
            .map(|(caller, _)| caller))
    }

    /// With the end of what was presented.
    pub(in crate::operations) async fn authenticate_until(
        &self,
        credential: &Credential,
        now: Timestamp,
    ) -> Result<Option<(Caller, Timestamp)>, Interruption> {
        let (user_id, session_id, end) = match credential {
            Credential::Session(token) => (token.user_id, token.session_id, None),
            Credential::AccessToken(jwt) => match self.verify(jwt, now).await? {
                Some(claims) => (claims.user_id, claims.session_id, Some(claims.expires_at)),
                None => return Ok(None),
            },
        };
        let found = self.store.find_session(user_id, session_id).await?;
        let Some(LiveSession { session, user }) = self.live(found, now).await? else {
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

    /// What was just found, as long as it authenticates its user. A further read for the rare session that somebody else is behind: it
    /// ends with that one's session and right to it, and when its user gets a role that takes the right away.
    pub(in crate::operations) async fn live(
        &self,
        found: Option<LiveSession>,
        now: Timestamp,
    ) -> Result<Option<LiveSession>, StoreError> {
        let Some(found) = found.filter(|found| found.session.is_live(&found.user, now)) else {
            return Ok(None);
        };
        let Some(behind) = found.session.impersonator else {
            return Ok(Some(found));
        };
        let admin = self.store.find_session(behind.user_id, behind.session_id).await?;
        let roles = &self.settings.admin_roles;
        let may_go_on = |admin: &LiveSession| {
            admin.session.is_live(&admin.user, now) && roles.may_impersonate(&admin.user, &found.user)
        };
        Ok(admin.is_some_and(|admin| may_go_on(&admin)).then_some(found))
    }

    async fn verify(&self, jwt: &str, now: Timestamp) -> Result<Option<AccessClaims>, Interruption> {
        let Some(kid) = key_id_of(jwt) else { return Ok(None) };
        let keys = self.ring_with(Ring::User, &kid, now).await?;
        match self.signer.verify_access_token(Ring::User, &keys, jwt, now) {
            Ok(claims) => Ok(Some(claims)),
            Err(reason) => {
                tracing::info!(%reason, "an access token was refused");
                Ok(None)
            }
        }
    }

    /// Lengthens a session that is used long after it was last lengthened; tells whether it did.
    pub async fn extend_session(&self, caller: &mut Caller, now: Timestamp) -> Result<bool, Interruption> {
        if !caller.session.is_due_for_extension(&self.settings.sessions, now) {
            return Ok(false);
        }
        let mut session = caller.session.clone();
        session.extend(&self.settings.sessions, now);
        match self.store.commit(Changes::new().extend_session(&session)).await {
            Ok(()) => {
                caller.session = session;
                Ok(true)
            }
            // Revoked since it was read: the next check will say so.
            Err(CommitError::Conflict(Conflict::SessionGone)) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }
}
