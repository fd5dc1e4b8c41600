//! Passwords in the `accounts` contract: requests, responses, and the rules for new ones.

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use super::session::UserSummary;
use crate::contract::fields::parsers::{self, filled, text};
use crate::contract::fields::request;
use crate::domain::password::WeakPassword;
use crate::domain::{AccountMember, EmailAddress, NewPassword, PasswordAttempt, PasswordRules, User};
use crate::operations::{Interruption, VerifiedAccountEmail};

/// Beside the length, a password needs characters of four classes.
pub const PASSWORD_RULES: PasswordRules = PasswordRules { min: 8, max: 1024 };

/// Longest mailed token that the contract accepts, in characters.
const TOKEN: usize = 1000;

/// A new password that the rules of the contract allow.
pub fn new_password(text: &str) -> Result<NewPassword, WeakPassword> {
    NewPassword::parse(text, PASSWORD_RULES)?.of_four_classes()
}

request! {
    pub struct VerifyEmailRequest {
        token: String = text("token", 1, TOKEN),
    }

    pub struct ForgotPasswordRequest {
        email: EmailAddress = "email",
    }

    pub struct ResetPasswordRequest {
        token: String = text("token", 1, TOKEN),
        new_password: String = parsers::new_password("newPassword", PASSWORD_RULES),
    }

    pub struct SetPasswordRequest {
        email: EmailAddress = "email",
        password: String = parsers::new_password("password", PASSWORD_RULES),
        token: String = text("token", 1, TOKEN),
    }

    pub struct ChangePasswordRequest {
        current_password: PasswordAttempt = filled("currentPassword"),
        new_password: String = parsers::new_password("newPassword", PASSWORD_RULES),
    }
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct EmailVerified {
    pub user: UserSummary,
    pub email_verified: Timestamp,
    /// `None` for a user who has a password.
    pub password_setup_token: Option<String>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ResetRequested {
    pub email: String,
    /// In seconds.
    pub link_expires_in: i64,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PasswordReset {
    pub email: String,
    pub revoked_sessions: usize,
}

#[derive(Debug, Serialize)]
pub struct PasswordSet {
    pub user: UserSummary,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PasswordChanged {
    pub changed_at: Timestamp,
    pub revoked_sessions: usize,
}

impl EmailVerified {
    pub fn of(verified: &VerifiedAccountEmail, now: Timestamp) -> Result<Self, Interruption> {
        Ok(Self {
            user: summary_in_home(&verified.user)?,
            email_verified: verified.user.email_verified_at.unwrap_or(now),
            password_setup_token: verified.password_setup.as_ref().map(ToString::to_string),
        })
    }
}

impl ResetRequested {
    /// The same for a known and an unknown address.
    pub fn of(email: &EmailAddress, lifetime: SignedDuration) -> Self {
        Self {
            email: email.to_string(),
            link_expires_in: lifetime.as_secs(),
        }
    }
}

impl PasswordSet {
    pub fn of(user: &User) -> Result<Self, Interruption> {
        Ok(Self {
            user: summary_in_home(user)?,
        })
    }
}

/// The user in the account in which a sign-in starts. The operation has checked that there is one.
fn summary_in_home(user: &User) -> Result<UserSummary, Interruption> {
    AccountMember::home_of(user)
        .and_then(|home| AccountMember::of(user, home))
        .map(|member| UserSummary::of(user, &member))
        .ok_or_else(|| Interruption::internal("the user has no account any more"))
}
