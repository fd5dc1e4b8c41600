//! Errors of administrators' own sessions and passwords.

use http::StatusCode;

use super::Failure;
use crate::contract::failures::failures;
use crate::operations::{
    AdminTokenError, ChangeAdminPasswordError, RefreshAdminError, ResetAdminPasswordError, SignInAdministratorError,
};

failures! {
    AdminTokenError {
        E::Invalid => Failure::unauthorized(),
        E::OfUser => "A user JWT was presented",
    }

    SignInAdministratorError {
        E::InvalidCredentials => Failure::credentials_refused(),
        E::SecondFactorRequired => Failure::forbidden("Second factor required").with_code("SECOND_FACTOR_REQUIRED"),
        E::SecondFactorWrong => Failure::forbidden("Second factor is wrong").with_code("SECOND_FACTOR_INVALID"),
        E::Locked(locked) => Failure {
            retry_after: Some(locked.retry_after),
            ..Failure::new(StatusCode::TOO_MANY_REQUESTS, "Too many attempts at the second factor")
        },
    }

    RefreshAdminError {
        E::Invalid | E::Reused => Failure::refresh_token_refused(),
    }

    ChangeAdminPasswordError {
        E::WrongPassword => Failure::credentials_refused(),
        E::WeakPassword(weak) => Failure::weak_password("newPassword", weak),
    }

    ResetAdminPasswordError {
        E::TokenRefused(_) => Failure::reset_token_refused(),
        E::WeakPassword(weak) => Failure::weak_password("newPassword", weak),
    }
}
