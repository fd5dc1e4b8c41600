//! The `x-api-key` header, in a deployment where API keys may stand for sessions, and the operations that accept it.
//!
//! An API key may do its owner's daily work, and nothing that outlives the key. It may read the owner, the owner's
//! sessions and keys, and work in organizations. It may not change credentials (keys, passwords, second factors,
//! passkeys, linked accounts, addresses, usernames) or sessions, may not change the account or an organization as a
//! whole, and may not administer users. An operation that is not listed rejects API keys.

use axum::extract::MatchedPath;
use http::request::Parts;

use super::failure::Failure;
use crate::domain::PlainApiKey;
use crate::http::{AppState, caller as callers};
use crate::operations::Caller;

const HEADER: &str = "x-api-key";

/// The operations that accept an API key in place of a session.
const OPEN: [&str; 20] = [
    "/api/auth/get-session",
    "/api/auth/list-sessions",
    "/api/auth/api-key/get",
    "/api/auth/api-key/list",
    "/api/auth/organization/list",
    "/api/auth/organization/get-organization",
    "/api/auth/organization/get-full-organization",
    "/api/auth/organization/get-active-member",
    "/api/auth/organization/get-active-member-role",
    "/api/auth/organization/get-invitation",
    "/api/auth/organization/has-permission",
    "/api/auth/organization/check-slug",
    "/api/auth/organization/list-members",
    "/api/auth/organization/list-invitations",
    "/api/auth/organization/list-user-invitations",
    "/api/auth/organization/update",
    "/api/auth/organization/invite-member",
    "/api/auth/organization/cancel-invitation",
    "/api/auth/organization/remove-member",
    "/api/auth/organization/update-member-role",
];

/// The owner of the key. A client sends a key on purpose, so the key takes precedence over a cookie, and an invalid key
/// is an error. An operation that rejects keys ignores the header.
pub(super) async fn caller(parts: &mut Parts, app: &AppState) -> Result<Option<Caller>, Failure> {
    if !is_open(parts) {
        return Ok(None);
    }
    let Some(presented) = presented(parts, app) else {
        return Ok(None);
    };
    let key = PlainApiKey::parse(presented)?;
    Ok(Some(callers::authenticate_api_key(parts, app, &key).await?))
}

/// The error for a caller without a session, where an operation requires one.
pub(super) fn without_session(parts: &Parts, app: &AppState) -> Failure {
    if presented(parts, app).is_some() {
        Failure::closed_to_api_keys()
    } else {
        Failure::unauthorized()
    }
}

fn presented<'a>(parts: &'a Parts, app: &AppState) -> Option<&'a str> {
    if !app.config.api_key_sessions {
        return None;
    }
    let value = parts.headers.get(HEADER).filter(|value| !value.is_empty())?;
    // A value that is not text is rejected like a malformed key.
    Some(value.to_str().unwrap_or_default())
}

fn is_open(parts: &Parts) -> bool {
    parts
        .extensions
        .get::<MatchedPath>()
        .is_some_and(|path| OPEN.contains(&path.as_str()))
}
