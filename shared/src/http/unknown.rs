//! Paths and methods that do not exist, answered in the caller's dialect.

use axum::Json;
use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use serde_json::json;

use crate::contract::{Contract, basic, teams};

pub async fn path(request: Request) -> Response {
    match Contract::of(request.uri()) {
        // The framework answers an unknown path and a wrong method alike, without a body.
        Some(Contract::BetterAuth) => StatusCode::NOT_FOUND.into_response(),
        Some(Contract::Basic) => basic::Failure::not_found().into_response(),
        Some(Contract::Teams) => teams::Failure::not_found(request.method(), request.uri().path()).into_response(),
        Some(Contract::Platform | Contract::Accounts) | None => {
            (StatusCode::NOT_FOUND, Json(json!({ "message": "Not Found" }))).into_response()
        }
    }
}

pub async fn method(request: Request) -> Response {
    match Contract::of(request.uri()) {
        Some(Contract::Basic) => basic::Failure::method_not_allowed().into_response(),
        _ => path(request).await,
    }
}
