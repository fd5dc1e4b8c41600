//! The `better_auth` contract: a sign of life, and the error page.

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

/// Calls no other service: a client asks whether there is a service at this address.
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
    // The page is what was asked for, and the document has it with this status.
    *response.status_mut() = StatusCode::OK;
    response
}

/// The page shows codes only. Any site can link to it, and a sentence in the link would pass for the service's own
/// words.
fn is_code(text: &str) -> bool {
    let in_code = |byte: u8| byte.is_ascii_alphanumeric() || b"_-.'".contains(&byte);
    (1..=64).contains(&text.len()) && text.bytes().all(in_code)
}
