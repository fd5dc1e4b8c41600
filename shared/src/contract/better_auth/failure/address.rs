//! What goes wrong with addresses: their verification and their change.

use http::StatusCode;

use super::Failure;
use crate::operations::{ChangeEmailError, ConfirmEmailChangeError, SendVerificationEmailError, VerifyEmailError};

impl From<SendVerificationEmailError> for Failure {
    fn from(error: SendVerificationEmailError) -> Self {
        match error {
            SendVerificationEmailError::NotTheCallers => Self::bad_request("EMAIL_MISMATCH", "Email mismatch"),
            SendVerificationEmailError::AlreadyVerified => {
                Self::bad_request("EMAIL_ALREADY_VERIFIED", "Email is already verified")
            }
            SendVerificationEmailError::Interrupted(interruption) => interruption.into(),
        }
    }
}

impl From<VerifyEmailError> for Failure {
    fn from(error: VerifyEmailError) -> Self {
        match error {
            VerifyEmailError::TokenRefused(reason) => Self::refused(reason),
            VerifyEmailError::Barred(barred) => barred.into(),
            VerifyEmailError::Interrupted(interruption) => interruption.into(),
        }
    }
}

impl From<ChangeEmailError> for Failure {
    fn from(error: ChangeEmailError) -> Self {
        match error {
            ChangeEmailError::SameEmail => Self::bad_request("EMAIL_IS_THE_SAME", "Email is the same"),
            ChangeEmailError::SecondFactorNotShown => Self::session_not_fresh(),
            ChangeEmailError::Interrupted(interruption) => interruption.into(),
        }
    }
}

impl From<ConfirmEmailChangeError> for Failure {
    fn from(error: ConfirmEmailChangeError) -> Self {
        match error {
            ConfirmEmailChangeError::TokenRefused(reason) => Self::refused(reason),
            ConfirmEmailChangeError::NotTheCallers => {
                Self::new(StatusCode::UNAUTHORIZED, "INVALID_USER", "Invalid user")
            }
            ConfirmEmailChangeError::Barred(barred) => barred.into(),
            ConfirmEmailChangeError::EmailTaken => {
                Self::bad_request("COULDNT_UPDATE_YOUR_EMAIL", "Couldn't update your email")
            }
            ConfirmEmailChangeError::Interrupted(interruption) => interruption.into(),
        }
    }
}
