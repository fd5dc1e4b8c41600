//! The authenticated user of a request in the `better_auth` contract: by bearer token, session cookie or API key.

use axum::extract::FromRequestParts;
use http::request::Parts;

use super::failure::Failure;
use super::{by_api_key, cookies};
use crate::http::{AppState, Meta, caller};
use crate::operations::{Assured, Caller, Credential, Level};

/// A user with a live session.
#[derive(Debug)]
pub struct Signed(pub Caller);

/// A user whose live session has the assurance that the operation requires.
#[derive(Debug)]
pub struct SignedWith<L>(pub Assured<L>);

/// A client with or without a live session.
#[derive(Debug)]
pub struct Visitor {
    pub caller: Option<Caller>,
    /// The browser sent the cookie of a session that has ended; the response may clear it.
    pub has_dead_cookie: bool,
}

impl FromRequestParts<AppState> for Visitor {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &AppState) -> Result<Self, Failure> {
        if let Some(caller) = by_api_key::caller(parts, app).await? {
            return Ok(Self {
                caller: Some(caller),
                has_dead_cookie: false,
            });
        }
        // As in the framework, a header or a cookie that cannot be a credential is ignored.
        let is_credential = |text: &String| Credential::parse(text).is_some();
        let bearer = caller::bearer(&parts.headers).map(decoded).filter(is_credential);
        let cookie = cookies::session_token(&parts.headers, &app.config).filter(is_credential);
        let by_cookie = bearer.is_none() && cookie.is_some();
        // A client sets the header on purpose, while a browser sends cookies automatically, so the header takes
        // precedence.
        let caller = caller::authenticate(parts, app, bearer.or(cookie).as_deref()).await?;
        Ok(Self {
            has_dead_cookie: by_cookie && caller.is_none(),
            caller,
        })
    }
}

impl FromRequestParts<AppState> for Signed {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &AppState) -> Result<Self, Failure> {
        let visitor = Visitor::from_request_parts(parts, app).await?;
        visitor
            .caller
            .map(Self)
            .ok_or_else(|| by_api_key::without_session(parts, app))
    }
}

impl<L: Level> FromRequestParts<AppState> for SignedWith<L> {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &AppState) -> Result<Self, Failure> {
        let Signed(caller) = Signed::from_request_parts(parts, app).await?;
        let Ok(Meta { now, .. }) = Meta::from_request_parts(parts, app).await;
        Ok(Self(app.core.assure(caller, now)?))
    }
}

/// Clients of older versions send the value of the cookie unchanged, percent-encoded.
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
