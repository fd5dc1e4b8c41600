//! The limit of operations whose document says `x-rate-limit: authentication`: requests of one client address, whatever
//! their result. The limits of the core, which count failures, hold besides.

use axum::extract::FromRequestParts;
use http::request::Parts;

use super::failure::Failure;
use crate::domain::RateLimit;
use crate::http::{AppState, Meta};

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
