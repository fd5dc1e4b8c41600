//! Who is asking: from a header to a live session. Each contract's `caller` says where its credential stands and how it refuses.

use http::HeaderMap;
use http::header::AUTHORIZATION;
use http::request::Parts;

use super::request_log::Principal;
use super::{AppState, Meta};
use crate::operations::{Caller, Credential, Interruption};

/// The token of an `Authorization: Bearer` header (RFC 6750, section 2.1).
pub fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

/// `None`: nobody, for whatever reason.
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
    if let (Some(caller), Some(principal)) = (&caller, parts.extensions.get::<Principal>()) {
        principal.set(caller.user.id);
    }
    Ok(caller)
}
