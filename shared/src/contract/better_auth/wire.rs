//! The structs of the `better_auth` contract. Fields without a value are present and `null`; times are ISO 8601 in UTC with
//! milliseconds, because the client turns exactly such strings into dates.

use jiff::Timestamp;
use serde::{Serialize, Serializer};

use super::failure::Failure;
use crate::contract::fields::{Fields, Problem, ReadBody};
use crate::domain::user::UserStatus;
use crate::domain::{EmailAddress, PasswordRules, Patch, PlatformRole, Redirect, TrustedOrigins};
use crate::domain::{Session as CoreSession, User as CoreUser};

pub const PASSWORD_RULES: PasswordRules = PasswordRules { min: 8, max: 128 };

/// The longest URL of a picture: it is read with every session check.
const IMAGE: usize = 2048;
const NAME: usize = 256;

/// A body or query without fields.
#[derive(Debug)]
pub struct Nothing;

#[derive(Debug)]
pub struct SignUpEmailRequest {
    pub name: String,
    pub email: EmailAddress,
    pub password: String,
    pub image: Option<String>,
    pub callback_url: Option<String>,
    pub remember_me: bool,
}

#[derive(Debug)]
pub struct SignInEmailRequest {
    /// Any text: what is no address is told apart from what is no body.
    pub email: String,
    pub password: String,
    pub callback_url: Option<String>,
    pub remember_me: bool,
}

#[derive(Debug)]
pub struct ForgetPasswordRequest {
    pub email: EmailAddress,
    pub redirect_to: Option<String>,
}

#[derive(Debug)]
pub struct ResetPasswordRequest {
    pub new_password: String,
    pub token: Option<String>,
}

#[derive(Debug)]
pub struct ChangePasswordRequest {
    pub new_password: String,
    pub current_password: String,
    pub revoke_other_sessions: bool,
}

#[derive(Debug)]
pub struct SendVerificationEmailRequest {
    pub email: EmailAddress,
    pub callback_url: Option<String>,
}

#[derive(Debug)]
pub struct ChangeEmailRequest {
    pub new_email: EmailAddress,
    pub callback_url: Option<String>,
}

#[derive(Debug)]
pub struct GetSessionQuery {
    /// The session is only to be looked at, not to be extended: servers that render pages cannot pass on the new cookie.
    pub disable_refresh: bool,
}

#[derive(Debug)]
pub struct RevokeSessionRequest {
    pub token: String,
}

#[derive(Debug)]
pub struct DeleteUserRequest {
    pub password: Option<String>,
    pub token: Option<String>,
    pub callback_url: Option<String>,
}

#[derive(Debug)]
pub struct UpdateUserRequest {
    pub name: Option<String>,
    pub image: Patch<String>,
    /// The first field that only the server may set.
    pub forbidden: Option<String>,
    pub has_email: bool,
}

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
    pub role: &'static str,
    pub banned: bool,
    pub ban_reason: Option<String>,
    #[serde(serialize_with = "optional_time")]
    pub ban_expires: Option<Timestamp>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Session {
    pub id: String,
    /// The session's token for whoever presented it; for anybody else a handle that can revoke, and cannot authenticate.
    pub token: String,
    pub user_id: String,
    #[serde(serialize_with = "time")]
    pub expires_at: Timestamp,
    #[serde(serialize_with = "time")]
    pub created_at: Timestamp,
    #[serde(serialize_with = "time")]
    pub updated_at: Timestamp,
    pub ip_address: String,
    pub user_agent: String,
    pub impersonated_by: Option<String>,
    pub active_organization_id: Option<String>,
}

impl From<&CoreUser> for User {
    fn from(user: &CoreUser) -> Self {
        let (ban_reason, ban_expires) = match &user.status {
            UserStatus::Banned { reason, until } => (Some(reason.clone()), *until),
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
            username: None,
            display_username: None,
            two_factor_enabled: user.two_factor_enabled,
            role: if user.roles.contains(&PlatformRole::Admin) {
                "admin"
            } else {
                "user"
            },
            banned: ban_reason.is_some(),
            ban_reason,
            ban_expires,
        }
    }
}

impl Session {
    /// `token` is what the listing may show: see [`Session::token`].
    pub fn of(session: &CoreSession, token: String) -> Self {
        Self {
            id: session.id.to_string(),
            token,
            user_id: session.user_id.to_string(),
            expires_at: session.expires_at,
            created_at: session.created_at,
            updated_at: session.updated_at,
            ip_address: session.ip_address.clone(),
            user_agent: session.user_agent.clone(),
            impersonated_by: None,
            active_organization_id: session.active_organization.map(|id| id.to_string()),
        }
    }
}

/// The form in which the client recognizes a date.
pub fn time<S: Serializer>(time: &Timestamp, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&time.strftime("%Y-%m-%dT%H:%M:%S.%3fZ"))
}

#[expect(clippy::ref_option, reason = "serde hands over a reference to the field")]
fn optional_time<S: Serializer>(at: &Option<Timestamp>, serializer: S) -> Result<S::Ok, S::Error> {
    match at {
        Some(at) => time(at, serializer),
        None => serializer.serialize_none(),
    }
}

/// Where a browser is to go in the end, if it may be sent there.
pub fn callback(target: Option<&str>, origins: &TrustedOrigins) -> Result<Option<Redirect>, Failure> {
    // The framework takes an empty one for none.
    target
        .filter(|target| !target.is_empty())
        .map(|target| origins.redirect(target).map_err(|_| Failure::invalid_callback_url()))
        .transpose()
}

impl ReadBody for Nothing {
    fn read(_: &mut Fields<'_>) -> Option<Self> {
        Some(Self)
    }
}

impl ReadBody for SignUpEmailRequest {
    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        let name = fields.text("name", 0, NAME);
        let (email, password) = (fields.email("email"), fields.string("password"));
        let (image, callback_url) = (image(fields), fields.optional_string("callbackURL"));
        let remember_me = fields.optional_bool("rememberMe");
        Some(Self {
            name: name?.to_owned(),
            email: email?,
            password: password?.to_owned(),
            image: image?.value(),
            callback_url: callback_url?.map(str::to_owned),
            remember_me: remember_me?.unwrap_or(true),
        })
    }
}

impl ReadBody for SignInEmailRequest {
    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        let (email, password) = (fields.string("email"), fields.string("password"));
        let callback_url = fields.optional_string("callbackURL");
        let remember_me = fields.optional_bool("rememberMe");
        Some(Self {
            email: email?.to_owned(),
            password: password?.to_owned(),
            callback_url: callback_url?.map(str::to_owned),
            remember_me: remember_me?.unwrap_or(true),
        })
    }
}

impl ReadBody for ForgetPasswordRequest {
    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        let (email, redirect_to) = (fields.email("email"), fields.optional_string("redirectTo"));
        Some(Self {
            email: email?,
            redirect_to: redirect_to?.map(str::to_owned),
        })
    }
}

impl ReadBody for ResetPasswordRequest {
    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        let (new_password, token) = (fields.string("newPassword"), fields.optional_string("token"));
        Some(Self {
            new_password: new_password?.to_owned(),
            token: token?.map(str::to_owned),
        })
    }
}

impl ReadBody for ChangePasswordRequest {
    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        let (new, current) = (fields.string("newPassword"), fields.string("currentPassword"));
        let revoke = fields.optional_bool("revokeOtherSessions");
        Some(Self {
            new_password: new?.to_owned(),
            current_password: current?.to_owned(),
            revoke_other_sessions: revoke?.unwrap_or(false),
        })
    }
}

impl ReadBody for SendVerificationEmailRequest {
    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        let (email, callback_url) = (fields.email("email"), fields.optional_string("callbackURL"));
        Some(Self {
            email: email?,
            callback_url: callback_url?.map(str::to_owned),
        })
    }
}

impl ReadBody for ChangeEmailRequest {
    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        let (new_email, callback_url) = (fields.email("newEmail"), fields.optional_string("callbackURL"));
        Some(Self {
            new_email: new_email?,
            callback_url: callback_url?.map(str::to_owned),
        })
    }
}

impl ReadBody for GetSessionQuery {
    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        // The framework takes whatever text stands there for yes; ours at least knows `false`.
        let disable_refresh = fields.optional_string("disableRefresh")?;
        Some(Self {
            disable_refresh: disable_refresh.is_some_and(|text| !text.is_empty() && text != "false"),
        })
    }
}

impl ReadBody for RevokeSessionRequest {
    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        Some(Self {
            token: fields.string("token")?.to_owned(),
        })
    }
}

impl ReadBody for DeleteUserRequest {
    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        let (password, token) = (fields.optional_string("password"), fields.optional_string("token"));
        let callback_url = fields.optional_string("callbackURL");
        Some(Self {
            password: password?.map(str::to_owned),
            token: token?.map(str::to_owned),
            callback_url: callback_url?.map(str::to_owned),
        })
    }
}

/// What stands on a user and is not the user's to set.
const SERVER_FIELDS: [&str; 7] = [
    "role",
    "banned",
    "banReason",
    "banExpires",
    "twoFactorEnabled",
    "emailVerified",
    "id",
];

impl ReadBody for UpdateUserRequest {
    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        let forbidden = fields
            .names()
            .find(|name| SERVER_FIELDS.contains(name))
            .map(str::to_owned);
        let has_email = fields.contains("email");
        let name = if fields.contains("name") {
            fields.text("name", 0, NAME).map(Some)
        } else {
            Some(None)
        };
        let image = image(fields);
        Some(Self {
            name: name?.map(str::to_owned),
            image: image?,
            forbidden,
            has_email,
        })
    }
}

fn image(fields: &mut Fields<'_>) -> Option<Patch<String>> {
    let image = fields.patch_string("image")?;
    if image.value().is_some_and(|image| image.len() > IMAGE) {
        return fields.problem("image", Problem::TooLong { max: IMAGE });
    }
    Some(image.map(str::to_owned))
}
