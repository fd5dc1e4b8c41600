//! The limits of operations by the `x-rate-limit` of their document: `authentication` counts the requests of one client
//! address, whatever their result, and `general` those of one user. The limits of the core hold besides.

use axum::extract::FromRequestParts;
use http::request::Parts;
use jiff::Timestamp;

use super::failure::Failure;
use crate::domain::RateLimit;
use crate::http::{AppState, Meta};
use crate::operations::Caller;

/// Counts the request. A handler takes it before the body: a refused request is not parsed.
#[derive(Debug)]
pub struct AuthenticationLimit;

impl FromRequestParts<AppState> for AuthenticationLimit {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &AppState) -> Result<Self, Failure> {
        let Meta { now, client, .. } = Meta::of(parts, app);
        app.core
            .limit_rate(RateLimit::PLATFORM_AUTHENTICATION, &client.ip, now)
            .await?;
        Ok(Self)
    }
}

/// Counts a request with the general limit, of an operation that does not count its own requests.
pub async fn count_request_of_user(app: &AppState, caller: &Caller, now: Timestamp) -> Result<(), Failure> {
    Ok(app.core.limit_rate(RateLimit::USER, caller.user.id, now).await?)
}
