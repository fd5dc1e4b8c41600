//! The administrator of a request in the `platform` contract, and the requests and responses of administrators about
//! themselves.

use axum::extract::FromRequestParts;
use http::request::Parts;
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use super::auth::{chosen, confirmed_password};
use super::failure::Failure;
use crate::audit;
use crate::contract::fields::parsers::{filled, optional_text, text};
use crate::contract::fields::{Fields, Read, request};
use crate::contract::time::seconds_until;
use crate::domain::audit::{Actor, ActorKind};
use crate::domain::{AdminAccount, EmailAddress, NewPassword, PasswordAttempt};
use crate::http::{AppState, Meta, caller};
use crate::operations::{AdminCaller, OpenedAdminSession, RefreshedAdmin};

/// Longest token that the contract accepts, in characters.
const TOKEN: usize = 1000;
/// Longest code of a second factor, in characters. Apps show six digits.
const CODE: usize = 16;

/// The guard of every operation that takes an admin JWT: the bearer token of an administrator with a live session. The
/// request counts against the administrator's limit. The token of a user is answered 403. Requests that change
/// something take a session of a recent login; logging in again is the step-up.
#[derive(Debug)]
pub struct Administrator(pub AdminCaller);

/// The same for an operation that takes the current password, which is as good as a recent login.
#[derive(Debug)]
pub struct AdministratorWithPassword(pub AdminCaller);

impl FromRequestParts<AppState> for Administrator {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &AppState) -> Result<Self, Failure> {
        let AdministratorWithPassword(caller) = AdministratorWithPassword::from_request_parts(parts, app).await?;
        if !parts.method.is_safe() {
            caller.expect_fresh(&app.config.settings.sessions, Meta::of(parts, app).now)?;
        }
        Ok(Self(caller))
    }
}

impl FromRequestParts<AppState> for AdministratorWithPassword {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &AppState) -> Result<Self, Failure> {
        let token = caller::bearer(&parts.headers).map(str::to_owned);
        let now = Meta::of(parts, app).now;
        let caller = app.core.authenticate_administrator(token.as_deref(), now).await?;
        audit::act_as(Actor {
            kind: ActorKind::Administrator,
            id: Some(caller.admin.id.to_string()),
            session: Some(caller.session.id),
            user: None,
        });
        Ok(Self(caller))
    }
}

request! {
    pub struct AdminLogin {
        email: EmailAddress = "email",
        password: PasswordAttempt = filled("password"),
        /// The code of the authenticator app.
        otp: Option<String> = code(),
    }

    pub struct AdminRefreshTokenRequest {
        refresh_token: String = text("refreshToken", 1, TOKEN),
    }

    pub struct AdminChangePassword {
        current_password: PasswordAttempt = filled("currentPassword"),
        new_password: String = confirmed_password(),
    }

    pub struct AdminResetPassword {
        email: EmailAddress = "email",
    }

    pub struct AdminConfirmResetPassword {
        token: String = text("token", 1, TOKEN),
        new_password: String = confirmed_password(),
    }
}

/// An empty code counts as absent: forms send one for a field that was left empty.
fn code(fields: &mut Fields<'_>) -> Read<Option<String>> {
    let Some(text) = optional_text::<String>(fields, "otp", 0, CODE)? else {
        return Some(None);
    };
    Some(Some(text).filter(|text| !text.is_empty()))
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AdminLoginResponse {
    #[serde(flatten)]
    tokens: AdminTokens,
    admin: AdminSummary,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AdminTokens {
    access_token: String,
    refresh_token: String,
    /// In seconds.
    expires_in: i64,
}

#[derive(Debug, Serialize)]
struct AdminSummary {
    id: String,
    email: String,
    role: &'static str,
}

impl AdminLoginResponse {
    /// `lifetime` is the lifetime of access tokens.
    pub fn of(opened: OpenedAdminSession, lifetime: SignedDuration, now: Timestamp) -> Self {
        Self {
            tokens: AdminTokens {
                expires_in: seconds_until(opened.session.end_of_access_token(lifetime, now), now),
                access_token: opened.access_token,
                refresh_token: opened.refresh_token.to_string(),
            },
            admin: AdminSummary::from(&opened.admin),
        }
    }
}

impl AdminTokens {
    pub fn refreshed(refreshed: RefreshedAdmin, lifetime: SignedDuration, now: Timestamp) -> Self {
        Self {
            expires_in: seconds_until(refreshed.session.end_of_access_token(lifetime, now), now),
            access_token: refreshed.access_token,
            refresh_token: refreshed.refresh_token.to_string(),
        }
    }
}

impl From<&AdminAccount> for AdminSummary {
    fn from(admin: &AdminAccount) -> Self {
        Self {
            id: admin.id.to_string(),
            email: admin.email.to_string(),
            // Every administrator has all permissions.
            role: "SUPER_ADMIN",
        }
    }
}

impl AdminChangePassword {
    pub fn password(&self) -> Result<NewPassword, Failure> {
        chosen("newPassword", &self.new_password)
    }
}

impl AdminConfirmResetPassword {
    pub fn password(&self) -> Result<NewPassword, Failure> {
        chosen("newPassword", &self.new_password)
    }
}
