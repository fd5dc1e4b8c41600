//! Errors of passkeys.

use http::StatusCode;

use super::Failure;
use crate::contract::failures::failures;
use crate::domain::passkey::{CeremonyRefused, Passkey};
use crate::operations::{ChangePasskeyError, RegisterPasskeyError, SignInWithPasskeyError};

impl Failure {
    pub fn challenge_not_found() -> Self {
        Self::plain(StatusCode::BAD_REQUEST, "CHALLENGE_NOT_FOUND")
    }

    /// The framework's servers respond with 500, although the request is at fault.
    pub fn failed_to_verify_registration() -> Self {
        Self::plain(StatusCode::BAD_REQUEST, "FAILED_TO_VERIFY_REGISTRATION")
    }

    pub fn authentication_failed(status: StatusCode) -> Self {
        Self::plain(status, "AUTHENTICATION_FAILED")
    }

    pub fn passkey_not_found(status: StatusCode) -> Self {
        Self::plain(status, "PASSKEY_NOT_FOUND")
    }

    pub fn invalid_authenticator_attachment() -> Self {
        Self::bad_request(
            "VALIDATION_ERROR",
            "[query.authenticatorAttachment] Invalid option: expected one of \"platform\"|\"cross-platform\"",
        )
    }

    fn not_the_callers_passkey() -> Self {
        Self::plain(StatusCode::UNAUTHORIZED, "YOU_ARE_NOT_ALLOWED_TO_REGISTER_THIS_PASSKEY")
    }
}

failures! {
    RegisterPasskeyError {
        E::CeremonyRefused(CeremonyRefused::NoChallenge) => "CHALLENGE_NOT_FOUND",
        E::CeremonyRefused(CeremonyRefused::NotTheCallers) => Failure::not_the_callers_passkey(),
        E::AnswerRefused => "FAILED_TO_VERIFY_REGISTRATION",
        E::AlreadyRegistered => "PREVIOUSLY_REGISTERED",
        E::TooMany => Failure::bad_request(
            "TOO_MANY_PASSKEYS",
            format!("You may have {} passkeys. Delete one first.", Passkey::MAX_PER_USER),
        ),
    }

    SignInWithPasskeyError {
        E::NoChallenge => "CHALLENGE_NOT_FOUND",
        E::UnknownPasskey => Failure::passkey_not_found(StatusCode::UNAUTHORIZED),
        E::WrongSignature => Failure::authentication_failed(StatusCode::UNAUTHORIZED),
        E::AnswerRefused => Failure::authentication_failed(StatusCode::BAD_REQUEST),
        E::Captcha(refused) => Failure::from(refused),
        E::AccountBlocked(blocked) => Failure::from(blocked),
        E::EmailNotVerified => "EMAIL_NOT_VERIFIED",
    }

    ChangePasskeyError {
        E::NotFound => Failure::passkey_not_found(StatusCode::NOT_FOUND),
        E::NotTheCallers => Failure::not_the_callers_passkey(),
    }
}
