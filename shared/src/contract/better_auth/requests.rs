//! The bodies of the `better_auth` contract, as they are read. Queries are in `queries`, answers in `wire`.

use super::profile_fields::{NAME, display_username, image};
use crate::contract::fields::{Fields, ReadBody};
use crate::domain::{EmailAddress, PasswordRules, Patch};

pub const PASSWORD_RULES: PasswordRules = PasswordRules { min: 8, max: 128 };

/// A body or query without fields.
#[derive(Debug)]
pub struct Nothing;

#[derive(Debug)]
pub struct SignUpEmailRequest {
    pub name: String,
    pub email: EmailAddress,
    pub password: String,
    pub image: Option<String>,
    pub username: Option<String>,
    pub display_username: Option<String>,
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
pub struct SignInUsernameRequest {
    /// Any text: what is no username is told apart from what is no body.
    pub username: String,
    pub password: String,
    pub callback_url: Option<String>,
    pub remember_me: bool,
}

#[derive(Debug)]
pub struct IsUsernameAvailableRequest {
    pub username: String,
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
    pub username: Option<String>,
    pub display_username: Option<String>,
    /// The first field that only the server may set.
    pub forbidden: Option<String>,
    pub has_email: bool,
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
        let (username, display_username) = (fields.optional_string("username"), display_username(fields));
        let remember_me = fields.optional_bool("rememberMe");
        Some(Self {
            name: name?.to_owned(),
            email: email?,
            password: password?.to_owned(),
            image: image?.value(),
            username: username?.map(str::to_owned),
            display_username: display_username?,
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

impl ReadBody for SignInUsernameRequest {
    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        let (username, password) = (fields.string("username"), fields.string("password"));
        let callback_url = fields.optional_string("callbackURL");
        let remember_me = fields.optional_bool("rememberMe");
        Some(Self {
            username: username?.to_owned(),
            password: password?.to_owned(),
            callback_url: callback_url?.map(str::to_owned),
            remember_me: remember_me?.unwrap_or(true),
        })
    }
}

impl ReadBody for IsUsernameAvailableRequest {
    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        Some(Self {
            username: fields.string("username")?.to_owned(),
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
        let (username, display_username) = (fields.optional_string("username"), display_username(fields));
        Some(Self {
            name: name?.map(str::to_owned),
            image: image?,
            username: username?.map(str::to_owned),
            display_username: display_username?,
            forbidden,
            has_email,
        })
    }
}
