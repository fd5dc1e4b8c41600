//! `Retry-After`.

use axum::response::Response;
use http::header::RETRY_AFTER;

/// Adds `Retry-After`, in whole seconds (RFC 9110, section 10.2.3).
pub fn with_retry_after(mut response: Response, seconds: Option<u32>) -> Response {
    if let Some(seconds) = seconds {
        response.headers_mut().insert(RETRY_AFTER, seconds.into());
    }
    response
}
