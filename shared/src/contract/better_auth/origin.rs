//! Protection against cross-site request forgery. A browser sends cookies with requests that other sites cause, but its
//! `Origin` header names the site.

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::{Method, StatusCode};

use super::cookies;
use super::failure::Failure;
use crate::http::AppState;
use crate::http::origin::{is_from_browser, stated_origin};

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
