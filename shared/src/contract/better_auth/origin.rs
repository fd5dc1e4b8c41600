//! Protection against cross-site request forgery. A browser sends cookies with requests that other sites cause, but its
//! `Origin` header names the site.

use std::borrow::Cow;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::header::{ORIGIN, REFERER};
use http::{HeaderMap, Method, StatusCode};
use url::Url;

use super::cookies;
use super::failure::Failure;
use crate::domain::TrustedOrigins;
use crate::http::AppState;

const EXPO_ORIGIN: &str = "expo-origin";

/// The middleware of all operations: a browser's request that changes data must come from a trusted origin.
pub async fn check_origin(State(app): State<AppState>, request: Request, next: Next) -> Response {
    match refusal(&app, &request) {
        Some(failure) => failure.into_response(),
        None => next.run(request).await,
    }
}

fn refusal(app: &AppState, request: &Request) -> Option<Failure> {
    if matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS) {
        return None;
    }
    let headers = request.headers();
    let path = request.uri().path();
    // These operations create a session, so a foreign page must not send them even without a cookie (login CSRF).
    let opens_session = path.starts_with("/api/auth/sign-in") || path.starts_with("/api/auth/sign-up");
    let origin = stated_origin(headers);
    match origin {
        Some(origin) if app.config.settings.trusted_origins.contain(&origin) => None,
        Some(_) if cookies::has_any(headers) || opens_session => Some(invalid()),
        None if cookies::has_any(headers) || (opens_session && is_from_browser(headers)) => Some(missing()),
        _ => None,
    }
}

/// Whether a page of an untrusted site caused the request. Browsers state the origin, or the relation of the sites
/// (Fetch Metadata); programs state neither.
pub fn is_cross_site(headers: &HeaderMap, trusted: &TrustedOrigins) -> bool {
    match stated_origin(headers) {
        Some(origin) => !trusted.contain(&origin),
        // Pages that send no referrer, such as those of this service, state the origin `null`.
        None => headers
            .get("sec-fetch-site")
            .is_some_and(|site| site != "same-origin" && site != "none"),
    }
}

/// Whether a page of another origin loads the URL by itself, as an image or in a frame, and no user has followed a link
/// (Fetch Metadata).
pub fn is_embedded_elsewhere(headers: &HeaderMap) -> bool {
    let is_from_elsewhere = headers
        .get("sec-fetch-site")
        .is_some_and(|site| site != "same-origin" && site != "none");
    let is = |name: &str, expected: &str| headers.get(name).is_some_and(|value| value == expected);
    is_from_elsewhere && !(is("sec-fetch-mode", "navigate") && is("sec-fetch-dest", "document"))
}

/// The origin `null`, which sandboxed pages send, counts as absent. A native app names itself in `expo-origin`: no page
/// of another site can add that header, nor leave `Origin` out.
pub fn stated_origin(headers: &HeaderMap) -> Option<String> {
    let text = |name: &str| headers.get(name).map(|value| String::from_utf8_lossy(value.as_bytes()));
    match text(ORIGIN.as_str()) {
        Some(origin) if origin == "null" => None,
        Some(origin) => Some(origin.into_owned()),
        None => text(REFERER.as_str())
            .and_then(|referer| Url::parse(&referer).ok())
            .map(|url| url.origin().ascii_serialization())
            .or_else(|| text(EXPO_ORIGIN).map(Cow::into_owned)),
    }
}

/// Whether a page may have caused the request. A browser adds `Origin` to every request but GET and HEAD (Fetch,
/// section 3.2), and since it has fetch metadata, `Sec-Fetch-Site` and `Sec-Fetch-Dest` as well; pages can neither forge
/// nor omit them. `Sec-Fetch-Mode` alone comes from programs: the `fetch` of Node.js sends it without the others.
fn is_from_browser(headers: &HeaderMap) -> bool {
    let is_navigation = headers.get("sec-fetch-mode").is_some_and(|mode| mode != "cors");
    is_navigation
        || [ORIGIN.as_str(), "sec-fetch-site", "sec-fetch-dest"]
            .iter()
            .any(|name| headers.contains_key(*name))
}

fn invalid() -> Failure {
    Failure::new(StatusCode::FORBIDDEN, "INVALID_ORIGIN", "Invalid origin")
}

fn missing() -> Failure {
    Failure::new(
        StatusCode::FORBIDDEN,
        "MISSING_OR_NULL_ORIGIN",
        "Missing or null Origin",
    )
}
