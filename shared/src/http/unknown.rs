//! Paths and methods that do not exist, answered in the caller's dialect. A function hears of them in two ways: for its own
//! paths, and as the one that the gateway sends everything to that has no route. Both get the same answers.

use axum::Json;
use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::header::ALLOW;
use serde_json::json;

use crate::contract::{Contract, accounts, basic, platform, teams};

pub async fn answer(request: Request) -> Response {
    let message = || format!("Cannot {} {}", request.method(), request.uri().path());
    match Contract::of(request.uri()) {
        // The framework answers an unknown path and a wrong method alike, without a body.
        Some(Contract::BetterAuth) => StatusCode::NOT_FOUND.into_response(),
        // A path is this contract's only if it exists, so what is wrong is the method.
        Some(Contract::Basic) => ([(ALLOW, "POST")], basic::Failure::method_not_allowed()).into_response(),
        Some(Contract::Teams) => teams::Failure::not_found(message()).into_response(),
        Some(Contract::Platform) => platform::Failure::not_found(message()).into_response(),
        Some(Contract::Accounts) => accounts::Failure::not_found(message()).into_response(),
        None => not_found(&json!({ "message": "Not Found" })),
    }
}

fn not_found(body: &serde_json::Value) -> Response {
    (StatusCode::NOT_FOUND, Json(body)).into_response()
}
