//! Responses that the gateway and the pages under `/_local` make themselves, in the form that API Gateway gives its
//! own.

use axum::Json;
use axum::response::{IntoResponse, Response};
use lambda_http::http::StatusCode;
use serde_json::json;

/// A message for the client, as JSON.
pub(crate) fn message(status: StatusCode, text: &str) -> Response {
    (status, Json(json!({ "message": text }))).into_response()
}

pub(crate) fn internal_server_error() -> Response {
    message(StatusCode::INTERNAL_SERVER_ERROR, "Internal Server Error")
}
