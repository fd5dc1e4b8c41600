//! Errors of passwords: weak passwords, reset and change.

use http::StatusCode;

use super::Failure;
use crate::contract::failures::failures;
use crate::domain::password::WeakPassword;
use crate::operations::{
    ChangePasswordError, CheckResetTokenError, RequestPasswordResetError, ResetPasswordError, SetFirstPasswordError,
};

impl From<WeakPassword> for Failure {
    fn from(weak: WeakPassword) -> Self {
        match weak {
            WeakPassword::TooShort { .. } => Self::plain(StatusCode::BAD_REQUEST, "PASSWORD_TOO_SHORT"),
            WeakPassword::TooLong { .. } => Self::plain(StatusCode::BAD_REQUEST, "PASSWORD_TOO_LONG"),
            WeakPassword::FewClasses => Self::bad_request(
                "INVALID_PASSWORD",
                "The password needs upper and lower case letters, digits and special characters.",
            ),
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
        E::AccountBlocked(blocked) => Failure::from(blocked),
        E::WeakPassword(weak) => Failure::from(weak),
    }

    // For the page behind the link of a mail.
    SetFirstPasswordError {
        E::TokenRefused(_) => Failure::invalid_token(StatusCode::BAD_REQUEST),
        E::OtherAddress | E::NoAccount | E::AccountSuspended => Failure::invalid_token(StatusCode::BAD_REQUEST),
        E::HasPassword => (
            "PASSWORD_ALREADY_SET",
            "You have set your password before. Sign in with it, or ask for a new one.",
        ),
        E::AccountBlocked(blocked) => Failure::from(blocked),
        E::WeakPassword(weak) => Failure::from(weak),
    }

    RequestPasswordResetError {
        E::Captcha(refused) => Failure::from(refused),
    }

    ChangePasswordError {
        E::WrongPassword => Failure::plain(StatusCode::BAD_REQUEST, "INVALID_PASSWORD"),
        E::NoPassword => "CREDENTIAL_ACCOUNT_NOT_FOUND",
        E::WeakPassword(weak) => Failure::from(weak),
    }
}
