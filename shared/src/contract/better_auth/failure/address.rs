//! Errors of the verification and the change of addresses.

use http::StatusCode;

use super::Failure;
use crate::contract::failures::failures;
use crate::operations::{ChangeEmailError, ConfirmEmailChangeError, SendVerificationEmailError, VerifyEmailError};

impl Failure {
    pub(super) fn domain_not_allowed(message: &'static str) -> Self {
        Self::new(StatusCode::FORBIDDEN, "EMAIL_DOMAIN_NOT_ALLOWED", message)
    }
}

failures! {
    SendVerificationEmailError {
        E::NotTheCallers => Failure::plain(StatusCode::BAD_REQUEST, "EMAIL_MISMATCH"),
        E::AlreadyVerified => ("EMAIL_ALREADY_VERIFIED", "Email is already verified"),
    }

    VerifyEmailError {
        E::TokenRefused(reason) => Failure::refused(reason),
        E::AccountBlocked(blocked) => Failure::from(blocked),
    }

    ChangeEmailError {
        E::SameEmail => "EMAIL_IS_THE_SAME",
        E::DomainNotAllowed => Failure::domain_not_allowed("Addresses of this domain may not be used"),
    }

    ConfirmEmailChangeError {
        E::TokenRefused(reason) => Failure::refused(reason),
        E::NotTheCallers => Failure::plain(StatusCode::UNAUTHORIZED, "INVALID_USER"),
        E::AccountBlocked(blocked) => Failure::from(blocked),
        E::EmailTaken => ("COULDNT_UPDATE_YOUR_EMAIL", "Couldn't update your email"),
    }
}
