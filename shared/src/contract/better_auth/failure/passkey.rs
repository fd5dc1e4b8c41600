//! What goes wrong with passkeys.

use http::StatusCode;

use super::Failure;
use crate::domain::passkey::{CeremonyRefused, Passkey};
use crate::operations::{BeginPasskeyError, ChangePasskeyError, RegisterPasskeyError, SignInWithPasskeyError};

impl Failure {
    pub fn challenge_not_found() -> Self {
        Self::bad_request("CHALLENGE_NOT_FOUND", "Challenge not found")
    }

    /// The framework's servers say it with 500, though it is the client's fault.
    pub fn failed_to_verify_registration() -> Self {
        Self::bad_request("FAILED_TO_VERIFY_REGISTRATION", "Failed to verify registration")
    }

    pub fn authentication_failed(status: StatusCode) -> Self {
        Self::new(status, "AUTHENTICATION_FAILED", "Authentication failed")
    }

    pub fn passkey_not_found(status: StatusCode) -> Self {
        Self::new(status, "PASSKEY_NOT_FOUND", "Passkey not found")
    }

    pub fn invalid_authenticator_attachment() -> Self {
        Self::bad_request(
            "VALIDATION_ERROR",
            "[query.authenticatorAttachment] Invalid option: expected one of \"platform\"|\"cross-platform\"",
        )
    }

    fn not_the_callers_passkey() -> Self {
        Self::new(
            StatusCode::UNAUTHORIZED,
            "YOU_ARE_NOT_ALLOWED_TO_REGISTER_THIS_PASSKEY",
            "You are not allowed to register this passkey",
        )
    }
}

impl From<BeginPasskeyError> for Failure {
    fn from(error: BeginPasskeyError) -> Self {
        match error {
            BeginPasskeyError::SessionNotFresh | BeginPasskeyError::SecondFactorNotShown => Self::session_not_fresh(),
            BeginPasskeyError::Interrupted(interruption) => interruption.into(),
        }
    }
}

impl From<RegisterPasskeyError> for Failure {
    fn from(error: RegisterPasskeyError) -> Self {
        match error {
            RegisterPasskeyError::NotAllowed(error) => error.into(),
            RegisterPasskeyError::CeremonyRefused(CeremonyRefused::NoChallenge) => Self::challenge_not_found(),
            RegisterPasskeyError::CeremonyRefused(CeremonyRefused::NotTheCallers) => Self::not_the_callers_passkey(),
            RegisterPasskeyError::AnswerRefused => Self::failed_to_verify_registration(),
            RegisterPasskeyError::AlreadyRegistered => {
                Self::bad_request("PREVIOUSLY_REGISTERED", "Previously registered")
            }
            RegisterPasskeyError::TooMany => Self::bad_request(
                "TOO_MANY_PASSKEYS",
                format!("You may have {} passkeys. Delete one first.", Passkey::MAX_PER_USER),
            ),
            RegisterPasskeyError::Interrupted(interruption) => interruption.into(),
        }
    }
}

impl From<SignInWithPasskeyError> for Failure {
    fn from(error: SignInWithPasskeyError) -> Self {
        match error {
            SignInWithPasskeyError::NoChallenge => Self::challenge_not_found(),
            SignInWithPasskeyError::UnknownPasskey => Self::passkey_not_found(StatusCode::UNAUTHORIZED),
            SignInWithPasskeyError::WrongSignature => Self::authentication_failed(StatusCode::UNAUTHORIZED),
            SignInWithPasskeyError::AnswerRefused => Self::authentication_failed(StatusCode::BAD_REQUEST),
            SignInWithPasskeyError::Barred(barred) => barred.into(),
            SignInWithPasskeyError::EmailNotVerified => {
                Self::new(StatusCode::FORBIDDEN, "EMAIL_NOT_VERIFIED", "Email not verified")
            }
            SignInWithPasskeyError::Interrupted(interruption) => interruption.into(),
        }
    }
}

impl From<ChangePasskeyError> for Failure {
    fn from(error: ChangePasskeyError) -> Self {
        match error {
            ChangePasskeyError::NotFound => Self::passkey_not_found(StatusCode::NOT_FOUND),
            ChangePasskeyError::NotTheCallers => Self::not_the_callers_passkey(),
            ChangePasskeyError::Interrupted(interruption) => interruption.into(),
        }
    }
}
