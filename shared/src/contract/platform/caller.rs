//! Who is asking, in the `platform` contract: the bearer token says it, and no cookie does.

use axum::extract::FromRequestParts;
use http::request::Parts;

use super::failure::Failure;
use crate::http::{AppState, caller};
use crate::operations::Caller;

/// A user with a live session (RFC 6750, section 2.1).
#[derive(Debug)]
pub struct Bearer(pub Caller);

impl FromRequestParts<AppState> for Bearer {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &AppState) -> Result<Self, Failure> {
        let credential = caller::bearer(&parts.headers).map(str::to_owned);
        caller::authenticate(parts, app, credential.as_deref())
            .await?
            .map(Self)
            .ok_or_else(Failure::unauthorized)
    }
}
