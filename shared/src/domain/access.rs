//! The claims of an access token (RFC 9068), which describe a user and a session. Signing is not done here.

use jiff::{SignedDuration, Timestamp};

use super::email::EmailAddress;
use super::ids::{OrganizationId, SessionId, UserId};
use super::organization::OrganizationRole;
use super::session::{AuthenticationMethod, Session};
use super::statements::RoleName;
use super::user::User;

/// The claims of an access token, except issuer and audience, which the signer adds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessClaims {
    pub user_id: UserId,
    pub session_id: SessionId,
    /// The `jti` claim. It distinguishes two tokens; no lookup uses it.
    pub token_id: uuid::Uuid,
    pub issued_at: Timestamp,
    pub expires_at: Timestamp,
    pub email: EmailAddress,
    pub email_verified: bool,
    /// The roles over the whole service: the built-in ones, and the custom ones that the deployment configures.
    pub roles: Vec<RoleName>,
    pub organization: Option<OrganizationClaims>,
    pub methods: Vec<AuthenticationMethod>,
}

/// The active organization, and the user's roles in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrganizationClaims {
    pub id: OrganizationId,
    /// The user's highest role among those that every contract has.
    pub role: OrganizationRole,
    pub app_roles: Vec<String>,
}

impl AccessClaims {
    /// The claims for a live session and its user. The caller has just read both.
    pub fn of(user: &User, session: &Session, token_id: uuid::Uuid, now: Timestamp, lifetime: SignedDuration) -> Self {
        let membership = session.active_organization.and_then(|id| user.membership(id));
        Self {
            user_id: user.id,
            session_id: session.id,
            token_id,
            issued_at: now,
            expires_at: session.end_of_access_token(lifetime, now),
            email: user.email.clone(),
            email_verified: user.is_email_verified(),
            roles: user
                .roles
                .iter()
                .copied()
                .map(RoleName::from)
                .chain(user.custom_roles.iter().cloned())
                .collect(),
            organization: membership.map(|membership| OrganizationClaims {
                id: membership.organization_id,
                role: membership.roles.standing(),
                app_roles: membership.app_roles.clone(),
            }),
            methods: session.current_methods(user),
        }
    }
}
