//! The `better_auth` contract: the liveness check and the error page.

use axum::response::Response;
use axum::routing::get;
use axum::{Json, Router};
use http::StatusCode;
use serde::Serialize;
use shared::contract::better_auth::{ErrorQuery, Query};
use shared::http::AppState;
use shared::http::pages::{Page, View};

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

/// The page itself was requested, and the document gives it the status of a success.
async fn error(view: View, Query(query): Query<ErrorQuery>) -> Response {
    let code = query.error.as_deref().filter(|text| is_code(text)).unwrap_or("UNKNOWN");
    let text = match code {
        "access_denied" => "page-error-denied",
        "state_not_found" | "state_mismatch" | "please_restart_the_process" | "invalid_code" => "page-error-restart",
        "temporarily_unavailable" => "page-later",
        "account_already_linked_to_different_user" => "page-error-linked-elsewhere",
        "email_does_not_match" => "page-error-other-email",
        "account_not_linked" | "unable_to_link_account" => "page-error-not-linked",
        "signup_disabled" => "page-error-sign-up-closed",
        "email_not_found" | "email_not_verified" => "page-error-no-email",
        "banned" => "page-banned",
        _ => "page-unexpected",
    };
    let page = Page::failure("page-error-title", text).code(code);
    page.status(StatusCode::OK).respond(&view)
}

/// The page displays error codes only. Any site can link to it, so a sentence from the link would appear to be the
/// service's own text.
fn is_code(text: &str) -> bool {
    let in_code = |byte: u8| byte.is_ascii_alphanumeric() || b"_-.'".contains(&byte);
    (1..=64).contains(&text.len()) && text.bytes().all(in_code)
}
