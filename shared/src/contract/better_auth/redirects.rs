//! Where the `better_auth` contract sends browsers. A target that is not trusted is refused before anything else is
//! looked at.

use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::header::LOCATION;

use super::failure::Failure;
use crate::domain::{Redirect, TrustedOrigins};

/// Where a browser is to go in the end, if it may be sent there.
pub fn callback(target: Option<&str>, origins: &TrustedOrigins) -> Result<Option<Redirect>, Failure> {
    // The framework takes an empty one for none.
    target
        .filter(|target| !target.is_empty())
        .map(|target| origins.redirect(target).map_err(|_| Failure::invalid_callback_url()))
        .transpose()
}

/// The same for a target that the contract calls `redirectTo`.
pub fn redirect_to(target: Option<&str>, origins: &TrustedOrigins) -> Result<Option<Redirect>, Failure> {
    callback(target, origins).map_err(|_| Failure::invalid_redirect_url())
}

/// 302, as the contract has it where a GET leads on.
pub fn found(target: &str) -> Response {
    (StatusCode::FOUND, [(LOCATION, target)]).into_response()
}
