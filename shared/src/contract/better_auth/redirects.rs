//! Redirects of browsers in the `better_auth` contract. An untrusted target is rejected before any other check.

use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::header::{LOCATION, REFERRER_POLICY};

use super::failure::Failure;
use crate::domain::{Redirect, TrustedOrigins};

/// The final redirect target, if it is trusted.
pub fn callback(target: Option<&str>, origins: &TrustedOrigins) -> Result<Option<Redirect>, Failure> {
    // As in the framework, an empty target counts as absent.
    target
        .filter(|target| !target.is_empty())
        .map(|target| origins.redirect(target).map_err(|_| Failure::invalid_callback_url()))
        .transpose()
}

/// The same check for a target that the contract names `redirectTo`.
pub fn redirect_to(target: Option<&str>, origins: &TrustedOrigins) -> Result<Option<Redirect>, Failure> {
    callback(target, origins).map_err(|_| Failure::invalid_redirect_url())
}

/// A 302, which the contract documents for its GET operations. Their URLs have tokens, and some targets have one, so the
/// browser sends no referrer.
pub fn found(target: &str) -> Response {
    let headers = [(LOCATION, target), (REFERRER_POLICY, "no-referrer")];
    (StatusCode::FOUND, headers).into_response()
}
