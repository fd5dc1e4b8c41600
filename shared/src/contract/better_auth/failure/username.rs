//! Errors of usernames.

use http::StatusCode;

use super::Failure;
use crate::contract::failures::failures;
use crate::domain::username::InvalidUsername;
use crate::operations::{SignInError, UpdateUserError};

pub(super) const USERNAME_TAKEN: (&str, &str) = (
    "USERNAME_IS_ALREADY_TAKEN",
    "Username is already taken. Please try another.",
);

impl Failure {
    /// An invalid username. The status differs between operations.
    pub fn invalid_username(status: StatusCode, reason: InvalidUsername) -> Self {
        match reason {
            InvalidUsername::TooShort => Self::new(status, "USERNAME_TOO_SHORT", "Username is too short"),
            InvalidUsername::TooLong => Self::new(status, "USERNAME_TOO_LONG", "Username is too long"),
            InvalidUsername::WrongCharacter => Self::new(status, "INVALID_USERNAME", "Username is invalid"),
        }
    }

    pub fn invalid_username_or_password() -> Self {
        Self::plain(StatusCode::UNAUTHORIZED, "INVALID_USERNAME_OR_PASSWORD")
    }

    /// The framework's answer to a username that the deployment's validator refuses.
    pub(super) fn username_reserved() -> Self {
        InvalidUsername::WrongCharacter.into()
    }

    /// A sign-in by username has the errors of one by address, except for the text about wrong credentials.
    pub fn of_sign_in_by_username(error: SignInError) -> Self {
        match error {
            SignInError::InvalidCredentials => Self::invalid_username_or_password(),
            error => error.into(),
        }
    }
}

impl From<InvalidUsername> for Failure {
    fn from(reason: InvalidUsername) -> Self {
        Self::invalid_username(StatusCode::BAD_REQUEST, reason)
    }
}

failures! {
    UpdateUserError {
        E::UsernameTaken => USERNAME_TAKEN,
        E::UsernameReserved => Failure::username_reserved(),
        E::PhoneTaken => ("PHONE_NUMBER_EXIST", "Phone number already exists"),
    }
}
