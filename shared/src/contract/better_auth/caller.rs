//! Who is asking, in the `better_auth` contract: a bearer token or the session cookie says it.

use axum::extract::FromRequestParts;
use http::request::Parts;

use super::cookies;
use super::failure::Failure;
use crate::http::{AppState, caller};
use crate::operations::Caller;

/// Somebody with a live session.
#[derive(Debug)]
pub struct Signed(pub Caller);

/// Somebody, with a live session or without one.
#[derive(Debug)]
pub struct Visitor {
    pub caller: Option<Caller>,
    /// Whether the request carried the session cookie, live or not.
    pub has_cookie: bool,
}

impl FromRequestParts<AppState> for Visitor {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &AppState) -> Result<Self, Failure> {
        let cookie = cookies::session_token(&parts.headers, &app.config);
        let has_cookie = cookie.is_some();
        let bearer = caller::bearer(&parts.headers).map(decoded);
        // A header is set on purpose; a cookie comes along.
        let credential = bearer.or(cookie);
        let caller = caller::authenticate(parts, app, credential.as_deref()).await?;
        Ok(Self { caller, has_cookie })
    }
}

impl FromRequestParts<AppState> for Signed {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &AppState) -> Result<Self, Failure> {
        let visitor = Visitor::from_request_parts(parts, app).await?;
        visitor.caller.map(Self).ok_or_else(Failure::unauthorized)
    }
}

/// Clients of older versions send the value as it stands in the cookie, percent-encoded.
fn decoded(token: &str) -> String {
    let decode = || {
        Some(
            cookie::Cookie::parse_encoded(format!("token={token}"))
                .ok()?
                .value()
                .to_owned(),
        )
    };
    decode().unwrap_or_else(|| token.to_owned())
}
