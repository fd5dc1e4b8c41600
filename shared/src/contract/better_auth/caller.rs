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
    /// All session cookies of the browser are of sessions that have ended; the response may clear them.
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
        // A client sets the header on purpose, while a browser sends cookies automatically, so the header takes
        // precedence.
        if let Some(bearer) = bearer {
            return Ok(Self {
                caller: caller::authenticate(parts, app, Some(&bearer)).await?,
                has_dead_cookie: false,
            });
        }
        let mut has_dead_cookie = false;
        for cookie in cookies::session_tokens(&parts.headers, &app.config) {
            if let Some(caller) = caller::authenticate(parts, app, Some(&cookie)).await? {
                return Ok(Self {
                    caller: Some(caller),
                    has_dead_cookie: false,
                });
            }
            has_dead_cookie = true;
        }
        Ok(Self {
            caller: None,
            has_dead_cookie,
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
