//! Errors of passwords, and of the tokens that mails bring.

use http::StatusCode;

use super::{ACCOUNT_INACTIVE, ErrorCode, Failure};
use crate::contract::failures::failures;
use crate::contract::weak_password;
use crate::domain::one_time::GrantRefused;
use crate::domain::password::WeakPassword;
use crate::operations::{
    ChangePasswordError, RequestPasswordResetError, ResetPasswordError, SetFirstPasswordError, VerifyAccountEmailError,
};

impl Failure {
    /// `field` is the one that the password was sent in.
    pub fn weak_password(field: &str, weak: WeakPassword) -> Self {
        Self::invalid_field(field, weak_password::message(weak))
    }

    fn unknown_token() -> Self {
        Self::new(
            StatusCode::BAD_REQUEST,
            ErrorCode::InvalidToken,
            "The token is not valid",
        )
    }
}

/// The token of a mail or a link, which is part of the body.
impl From<GrantRefused> for Failure {
    fn from(reason: GrantRefused) -> Self {
        match reason {
            GrantRefused::Unknown => Self::unknown_token(),
            GrantRefused::Spent => Self::conflict(ErrorCode::AlreadyUsed, "The token was used before"),
            GrantRefused::Expired => Self::expired("The token has expired"),
        }
    }
}

failures! {
    VerifyAccountEmailError {
        E::TokenRefused(reason) => Failure::from(reason),
        E::AlreadyVerified => (ErrorCode::AlreadyVerified, "The email address is verified already"),
        // The document has no 403 and no 404 for this operation.
        E::NoAccount | E::AccountBlocked(_) => Failure::unknown_token(),
    }

    RequestPasswordResetError {
        E::Captcha(refused) => Failure::from(refused),
    }

    ResetPasswordError {
        E::TokenRefused(reason) => Failure::from(reason),
        E::AccountBlocked(blocked) => Failure::from(blocked),
        E::WeakPassword(weak) => Failure::weak_password("newPassword", weak),
    }

    SetFirstPasswordError {
        E::TokenRefused(reason) => Failure::from(reason),
        E::OtherAddress => "The token does not belong to the email address",
        E::NoAccount => "The user has no role in an account",
        E::AccountSuspended => ACCOUNT_INACTIVE,
        E::HasPassword => "The user has a password already",
        E::AccountBlocked(blocked) => Failure::from(blocked),
        E::WeakPassword(weak) => Failure::weak_password("password", weak),
    }

    ChangePasswordError {
        E::WrongPassword => Failure::forbidden(ErrorCode::InvalidCredentials, "The current password is wrong"),
        E::NoPassword => Failure::forbidden(ErrorCode::Forbidden, "The user has no password"),
        E::WeakPassword(weak) => Failure::weak_password("newPassword", weak),
    }
}
