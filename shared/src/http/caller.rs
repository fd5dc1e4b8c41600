//! Authentication of a request: from its credential to an active session. The module `caller` of each contract finds
//! the credential in the request, and refuses a request without one.

use http::HeaderMap;
use http::header::AUTHORIZATION;
use http::request::Parts;

use super::{AppState, Meta};
use crate::audit;
use crate::domain::PlainApiKey;
use crate::operations::{Caller, Credential, Interruption, UseApiKeyError};

/// The token of an `Authorization: Bearer` header (RFC 6750, section 2.1).
pub fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

/// The caller of a request; `None` if the credential is absent or invalid for any reason.
pub async fn authenticate(
    parts: &mut Parts,
    app: &AppState,
    credential: Option<&str>,
) -> Result<Option<Caller>, Interruption> {
    let Some(credential) = credential.and_then(Credential::parse) else {
        return Ok(None);
    };
    let now = Meta::of(parts, app).now;
    let caller = app.core.authenticate(&credential, now).await?;
    if let Some(caller) = &caller {
        audit::act_as(caller.actor());
    }
    Ok(caller)
}

/// Authenticates with an API key in place of a session, where the contract allows it.
pub async fn authenticate_api_key(
    parts: &mut Parts,
    app: &AppState,
    key: &PlainApiKey,
) -> Result<Caller, UseApiKeyError> {
    let Meta { now, client, .. } = Meta::of(parts, app);
    let caller = app.core.authenticate_api_key(key, &client, now).await?;
    audit::act_as(caller.actor());
    Ok(caller)
}
