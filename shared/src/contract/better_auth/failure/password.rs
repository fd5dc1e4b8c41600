//! Errors of passwords: weak passwords, reset and change.

use http::StatusCode;

use super::Failure;
use crate::contract::failures::failures;
use crate::domain::password::WeakPassword;
use crate::operations::{ChangePasswordError, CheckResetTokenError, RequestPasswordResetError, ResetPasswordError};

impl From<WeakPassword> for Failure {
    fn from(weak: WeakPassword) -> Self {
        match weak {
            WeakPassword::TooShort { .. } => Self::plain(StatusCode::BAD_REQUEST, "PASSWORD_TOO_SHORT"),
            WeakPassword::TooLong { .. } => Self::plain(StatusCode::BAD_REQUEST, "PASSWORD_TOO_LONG"),
            WeakPassword::Common => Self::bad_request(
                "PASSWORD_COMPROMISED",
                "This password is one of the most common ones. Choose another.",
            ),
            WeakPassword::Guessable => Self::bad_request(
                "PASSWORD_COMPROMISED",
                "This password is easy to guess. Choose another.",
            ),
            WeakPassword::Breached => Self::bad_request(
                "PASSWORD_COMPROMISED",
                "The password you entered has been compromised. Please choose a different password.",
            ),
        }
    }
}

failures! {
    CheckResetTokenError {
        E::TokenRefused(_) => Failure::invalid_token(StatusCode::BAD_REQUEST),
    }

    ResetPasswordError {
        E::TokenRefused(_) => Failure::invalid_token(StatusCode::BAD_REQUEST),
        E::AccountBlocked(blocked) => blocked.into(),
        E::WeakPassword(weak) => weak.into(),
    }

    RequestPasswordResetError {
        E::Captcha(refused) => refused.into(),
    }

    ChangePasswordError {
        E::WrongPassword => Failure::plain(StatusCode::BAD_REQUEST, "INVALID_PASSWORD"),
        E::NoPassword => Failure::plain(StatusCode::BAD_REQUEST, "CREDENTIAL_ACCOUNT_NOT_FOUND"),
        E::WeakPassword(weak) => weak.into(),
    }
}
