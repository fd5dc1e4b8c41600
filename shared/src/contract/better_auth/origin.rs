//! Protection against cross-site request forgery. A browser sends cookies with requests that other sites cause, but its
//! `Origin` header names the site.

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

/// The origin `null`, which sandboxed pages send, counts as absent.
fn stated_origin(headers: &HeaderMap) -> Option<String> {
    let text = |name| {
        headers
            .get(name)
            .and_then(|value: &http::HeaderValue| value.to_str().ok())
    };
    match text(ORIGIN) {
        Some("null") => None,
        Some(origin) => Some(origin.to_owned()),
        None => text(REFERER)
            .and_then(|referer| Url::parse(referer).ok())
            .map(|url| url.origin().ascii_serialization()),
    }
}

/// Only browsers send fetch metadata, and pages cannot forge it.
fn is_from_browser(headers: &HeaderMap) -> bool {
    ["sec-fetch-site", "sec-fetch-mode", "sec-fetch-dest"]
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
