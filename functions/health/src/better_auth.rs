//! The `better_auth` contract: the liveness check and the error page.

use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use http::StatusCode;
use serde::Serialize;
use shared::contract::better_auth::{ErrorQuery, Query};
use shared::http::AppState;
use shared::http::pages::Page;

pub fn routes() -> Router<AppState> {
    Router::new()
        .route("/api/auth/ok", get(ok))
        .route("/api/auth/error", get(error))
}

#[derive(Debug, Serialize)]
struct Ok {
    ok: bool,
}

/// The check calls no other service: a client asks only whether this service exists at the address.
async fn ok() -> Json<Ok> {
    Json(Ok { ok: true })
}

async fn error(Query(query): Query<ErrorQuery>) -> Response {
    let code = query.error.as_deref().filter(|text| is_code(text)).unwrap_or("UNKNOWN");
    let message = format!("It was not possible to go on. The error has the code {code}.");
    let page = Page::Failed {
        title: "Something went wrong",
        message: &message,
    };
    let mut response = page.into_response();
    // The page itself was requested, and the document gives it this status.
    *response.status_mut() = StatusCode::OK;
    response
}

/// The page displays error codes only. Any site can link to it, so a sentence from the link would appear to be the
/// service's own text.
fn is_code(text: &str) -> bool {
    let in_code = |byte: u8| byte.is_ascii_alphanumeric() || b"_-.'".contains(&byte);
    (1..=64).contains(&text.len()) && text.bytes().all(in_code)
}
