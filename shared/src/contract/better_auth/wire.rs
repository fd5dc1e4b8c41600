//! Responses of the `better_auth` contract. Fields without a value are present and `null`; times are ISO 8601 in UTC
//! with milliseconds, because the client converts exactly this form into dates.

use axum::Json;
use jiff::Timestamp;
use serde::Serialize;

use super::organization::team_id;
use crate::contract::time::{optional_time, time};
use crate::domain::user::UserStatus;
use crate::domain::{Session as CoreSession, User as CoreUser, admin_roles};

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct User {
    pub id: String,
    pub name: String,
    pub email: String,
    pub email_verified: bool,
    pub image: Option<String>,
    #[serde(serialize_with = "time")]
    pub created_at: Timestamp,
    #[serde(serialize_with = "time")]
    pub updated_at: Timestamp,
    pub username: Option<String>,
    pub display_username: Option<String>,
    pub two_factor_enabled: bool,
    /// Several roles are joined by commas.
    pub role: String,
    pub banned: bool,
    pub ban_reason: Option<String>,
    #[serde(serialize_with = "optional_time")]
    pub ban_expires: Option<Timestamp>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Session {
    pub id: String,
    /// The session's token if the client presented it; otherwise a handle that revokes the session and cannot
    /// authenticate.
    pub token: String,
    pub user_id: String,
    #[serde(serialize_with = "time")]
    pub expires_at: Timestamp,
    #[serde(serialize_with = "time")]
    pub created_at: Timestamp,
    #[serde(serialize_with = "time")]
    pub updated_at: Timestamp,
    /// Absent when an API key stands for the session: programs present a key from any address.
    pub ip_address: Option<String>,
    pub user_agent: String,
    /// The name that the device got at a sign-in in the `platform` contract; other sessions lack the field.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub device_id: Option<String>,
    pub impersonated_by: Option<String>,
    pub active_organization_id: Option<String>,
    /// Absent for clients that do not know teams.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub active_team_id: Option<String>,
}

impl From<&CoreUser> for User {
    fn from(user: &CoreUser) -> Self {
        let (ban_reason, ban_expires) = match &user.status {
            UserStatus::Banned { reason, until, .. } => (Some(reason.clone()), *until),
            _ => (None, None),
        };
        Self {
            id: user.id.to_string(),
            name: user.name.as_str().to_owned(),
            email: user.email.to_string(),
            email_verified: user.is_email_verified(),
            image: user.image.clone(),
            created_at: user.created_at,
            updated_at: user.updated_at,
            username: user.username.as_ref().map(ToString::to_string),
            display_username: user.display_username.clone(),
            two_factor_enabled: user.two_factor_enabled,
            role: admin_roles::spell(&user.roles, &user.custom_roles, &user.role_order),
            banned: ban_reason.is_some(),
            ban_reason,
            ban_expires,
        }
    }
}

impl Session {
    /// `token` is the value that a listing may contain: see [`Session::token`].
    pub fn of(session: &CoreSession, token: String) -> Self {
        Self {
            id: session.id.to_string(),
            token,
            user_id: session.user_id.to_string(),
            expires_at: session.expires_at,
            created_at: session.created_at,
            updated_at: session.updated_at,
            ip_address: (!session.is_of_api_key()).then(|| session.ip_address.clone()),
            user_agent: session.user_agent.clone(),
            device_id: session.device_name.clone(),
            impersonated_by: session.impersonator.map(|behind| behind.user_id.to_string()),
            active_organization_id: session.active_organization.map(|id| id.to_string()),
            active_team_id: session
                .active_organization
                .zip(session.active_team)
                .map(|(organization, team)| team_id(organization, team)),
        }
    }
}

/// The response of an operation that returns only success.
#[derive(Debug, Serialize)]
pub struct Status {
    status: bool,
}

impl Status {
    pub const DONE: Json<Self> = Json(Self { status: true });
}

/// The same response under another field name, which some operations use.
#[derive(Debug, Serialize)]
pub struct Success {
    success: bool,
}

impl Success {
    pub const DONE: Json<Self> = Json(Self { success: true });
}
