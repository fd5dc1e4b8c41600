//! The request bodies of the `better_auth` contract. Queries are in `queries`, responses in `wire`.

use super::profile_fields::{NAME, display_username, image};
use crate::contract::fields::parsers::{first_among, is_present, name, non_empty, optional_name};
use crate::contract::fields::{Fields, Read, ReadBody, request};
use crate::domain::{EmailAddress, Name, PasswordAttempt, PasswordRules, Patch};

pub const PASSWORD_RULES: PasswordRules = PasswordRules { min: 8, max: 128 };

/// A body or a query without fields.
#[derive(Debug)]
pub struct Nothing;

impl ReadBody for Nothing {
    fn read(_: &mut Fields<'_>) -> Read<Self> {
        Some(Self)
    }
}

request! {
    pub struct SignUpEmailRequest {
        name: Name = name("name", 0, NAME),
        email: EmailAddress = "email",
        password: String = "password",
        image: Patch<String> = image(),
        callback_url: Option<String> = "callbackURL",
        username: Option<String> = "username",
        display_username: Option<String> = display_username(),
        remember_me: bool = "rememberMe".unwrap_or(true),
    }

    pub struct SignInEmailRequest {
        /// Any text is accepted: the operation reports an invalid address with an error of its own.
        email: String = "email",
        password: PasswordAttempt = "password",
        callback_url: Option<String> = "callbackURL",
        remember_me: bool = "rememberMe".unwrap_or(true),
    }

    pub struct SignInUsernameRequest {
        /// Any text is accepted: the operation reports an invalid username with an error of its own.
        username: String = "username",
        password: PasswordAttempt = "password",
        callback_url: Option<String> = "callbackURL",
        remember_me: bool = "rememberMe".unwrap_or(true),
    }

    pub struct IsUsernameAvailableRequest {
        username: String = "username",
    }

    pub struct ForgetPasswordRequest {
        email: EmailAddress = "email",
        redirect_to: Option<String> = "redirectTo",
    }

    pub struct ResetPasswordRequest {
        new_password: String = "newPassword",
        token: Option<String> = non_empty("token"),
    }

    pub struct ChangePasswordRequest {
        new_password: String = "newPassword",
        current_password: PasswordAttempt = "currentPassword",
        revoke_other_sessions: bool = "revokeOtherSessions".unwrap_or(false),
    }

    pub struct VerifyPasswordRequest {
        password: PasswordAttempt = "password",
    }

    pub struct SendVerificationEmailRequest {
        email: EmailAddress = "email",
        callback_url: Option<String> = "callbackURL",
    }

    pub struct ChangeEmailRequest {
        new_email: EmailAddress = "newEmail",
        callback_url: Option<String> = "callbackURL",
    }

    pub struct RevokeSessionRequest {
        token: String = "token",
    }

    pub struct DeleteUserRequest {
        password: Option<PasswordAttempt> = non_empty("password"),
        token: Option<String> = non_empty("token"),
        callback_url: Option<String> = "callbackURL",
    }

    pub struct UpdateUserRequest {
        name: Option<Name> = optional_name("name", 0, NAME),
        image: Patch<String> = image(),
        username: Option<String> = "username",
        display_username: Option<String> = display_username(),
        /// The first field that only the server may set.
        forbidden: Option<String> = first_among(&SERVER_FIELDS),
        has_email: bool = is_present("email"),
    }
}

/// Fields of a user that only the server sets.
const SERVER_FIELDS: [&str; 7] = [
    "role",
    "banned",
    "banReason",
    "banExpires",
    "twoFactorEnabled",
    "emailVerified",
    "id",
];
