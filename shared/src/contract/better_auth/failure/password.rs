//! What goes wrong with passwords: weak ones, their reset and their change.

use http::StatusCode;

use super::Failure;
use crate::domain::password::WeakPassword;
use crate::operations::{ChangePasswordError, CheckResetTokenError, ResetPasswordError};

impl From<WeakPassword> for Failure {
    fn from(weak: WeakPassword) -> Self {
        match weak {
            WeakPassword::TooShort { .. } => Self::bad_request("PASSWORD_TOO_SHORT", "Password too short"),
            WeakPassword::TooLong { .. } => Self::bad_request("PASSWORD_TOO_LONG", "Password too long"),
            WeakPassword::Common => Self::bad_request(
                "PASSWORD_COMPROMISED",
                "This password is one of the most common ones. Choose another.",
            ),
        }
    }
}

impl From<CheckResetTokenError> for Failure {
    fn from(error: CheckResetTokenError) -> Self {
        match error {
            CheckResetTokenError::TokenRefused(_) => Self::invalid_token(StatusCode::BAD_REQUEST),
            CheckResetTokenError::Interrupted(interruption) => interruption.into(),
        }
    }
}

impl From<ResetPasswordError> for Failure {
    fn from(error: ResetPasswordError) -> Self {
        match error {
            ResetPasswordError::TokenRefused(_) => Self::invalid_token(StatusCode::BAD_REQUEST),
            ResetPasswordError::Barred(barred) => barred.into(),
            ResetPasswordError::Interrupted(interruption) => interruption.into(),
        }
    }
}

impl From<ChangePasswordError> for Failure {
    fn from(error: ChangePasswordError) -> Self {
        match error {
            ChangePasswordError::WrongPassword => Self::bad_request("INVALID_PASSWORD", "Invalid password"),
            ChangePasswordError::NoPassword => {
                Self::bad_request("CREDENTIAL_ACCOUNT_NOT_FOUND", "Credential account not found")
            }
            ChangePasswordError::Interrupted(interruption) => interruption.into(),
        }
    }
}
