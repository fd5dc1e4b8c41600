//! The encoded form of an access token (RFC 9068): its header and claims, converted to and from [`AccessClaims`].
//! `verify` decides which values are acceptable, and when.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::SigningAlgorithm;
use crate::domain::access::OrganizationClaims;
use crate::domain::session::AuthenticationMethod;
use crate::domain::{AccessClaims, EmailAddress, OrganizationId, OrganizationRole, RoleName, SessionId, UserId};

/// The type that distinguishes access tokens from all other JWTs (RFC 9068, section 2.1).
pub(super) const TYPE: &str = "at+jwt";

/// The complete header of a token. A header with further members (`crit`, `jwk`, `jku`, `x5u`, ...) is refused.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WireHeader {
    pub typ: String,
    pub alg: String,
    pub kid: String,
}

/// The claims of a token. Unknown claims are ignored, so that a newer deployment may add some.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct WireClaims {
    iss: String,
    aud: String,
    sub: String,
    sid: String,
    jti: String,
    /// In seconds.
    iat: i64,
    /// In seconds.
    exp: i64,
    email: String,
    email_verified: bool,
    roles: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    org: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    org_role: Option<String>,
    /// Application roles in the organization; empty without an organization.
    app_roles: Vec<String>,
    amr: Vec<String>,
}

/// A claim does not have the form in which this service writes it.
#[derive(Debug)]
pub(super) struct MalformedClaim;

impl WireHeader {
    pub fn new(algorithm: SigningAlgorithm, kid: &str) -> Self {
        Self {
            typ: TYPE.to_owned(),
            alg: algorithm.as_str().to_owned(),
            kid: kid.to_owned(),
        }
    }
}

impl WireClaims {
    pub fn new(claims: &AccessClaims, issuer: &str, audience: &str) -> Self {
        let organization = claims.organization.as_ref();
        Self {
            iss: issuer.to_owned(),
            aud: audience.to_owned(),
            sub: claims.user_id.to_string(),
            sid: claims.session_id.to_string(),
            jti: claims.token_id.to_string(),
            iat: claims.issued_at.as_second(),
            exp: claims.expires_at.as_second(),
            email: claims.email.to_string(),
            email_verified: claims.email_verified,
            roles: claims.roles.iter().map(|role| role.as_str().to_owned()).collect(),
            org: organization.map(|organization| organization.id.to_string()),
            org_role: organization.map(|organization| organization.role.as_str().to_owned()),
            app_roles: organization
                .map(|organization| organization.app_roles.clone())
                .unwrap_or_default(),
            amr: claims.methods.iter().map(|method| method.as_str().to_owned()).collect(),
        }
    }
}

impl TryFrom<WireClaims> for AccessClaims {
    type Error = MalformedClaim;

    fn try_from(wire: WireClaims) -> Result<Self, MalformedClaim> {
        Ok(Self {
            user_id: UserId::parse(&wire.sub).map_err(|_| MalformedClaim)?,
            session_id: SessionId::parse(&wire.sid).map_err(|_| MalformedClaim)?,
            token_id: Uuid::try_parse(&wire.jti).map_err(|_| MalformedClaim)?,
            issued_at: Timestamp::from_second(wire.iat).map_err(|_| MalformedClaim)?,
            expires_at: Timestamp::from_second(wire.exp).map_err(|_| MalformedClaim)?,
            email: EmailAddress::parse_stored(&wire.email).map_err(|_| MalformedClaim)?,
            email_verified: wire.email_verified,
            roles: all(&wire.roles, |role| RoleName::parse(role).ok())?,
            organization: organization(wire.org.as_deref(), wire.org_role.as_deref(), wire.app_roles)?,
            methods: all(&wire.amr, AuthenticationMethod::parse)?,
        })
    }
}

fn all<T>(words: &[String], parse: fn(&str) -> Option<T>) -> Result<Vec<T>, MalformedClaim> {
    words.iter().map(|word| parse(word).ok_or(MalformedClaim)).collect()
}

/// The three claims must be present together or absent together.
fn organization(
    id: Option<&str>,
    role: Option<&str>,
    app_roles: Vec<String>,
) -> Result<Option<OrganizationClaims>, MalformedClaim> {
    match (id, role) {
        (Some(id), Some(role)) => Ok(Some(OrganizationClaims {
            id: OrganizationId::parse(id).map_err(|_| MalformedClaim)?,
            role: OrganizationRole::parse(role).ok_or(MalformedClaim)?,
            app_roles,
        })),
        (None, None) if app_roles.is_empty() => Ok(None),
        _ => Err(MalformedClaim),
    }
}
