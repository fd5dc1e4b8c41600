//! Responses to unknown paths and methods, in the contract of the path. Each function serves them for its own paths,
//! and the function of the gateway's default route for all others; both respond alike.

use axum::Json;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::header::ALLOW;
use serde_json::json;

use super::{accounts, basic, platform, teams};
use crate::domain::Contract;
use crate::http::AppState;
use crate::http::cors::is_preflight;

/// The path of the liveness check, which is served whatever contracts are.
const LIVENESS: &str = "/api/auth/ok";

/// Answers requests to a contract that is switched off like those to a path of no contract: in the contract's own words
/// the answer would say that the contract exists.
pub async fn refuse_switched_off(State(app): State<AppState>, request: Request, next: Next) -> Response {
    let path = request.uri().path();
    match Contract::of(path) {
        Some(contract) if path != LIVENESS && !app.config.contracts.contains(&contract) => path_of_no_contract(),
        _ => next.run(request).await,
    }
}

/// Answers a request whose path would choose another operation than the one that it names. The document of `accounts` has
/// no 404 for each of its operations with parameters, and has 400 for all.
pub async fn refuse_path(request: Request) -> Response {
    match Contract::of(request.uri().path()) {
        Some(Contract::Accounts) => accounts::Failure::invalid("The path is not valid").into_response(),
        _ => answer(request).await,
    }
}

pub async fn answer(request: Request) -> Response {
    // No route has this method: `cors` adds what the browser asks for.
    if is_preflight(&request) {
        return StatusCode::NO_CONTENT.into_response();
    }
    let message = || format!("Cannot {} {}", request.method(), request.uri().path());
    match Contract::of(request.uri().path()) {
        // As in the framework, an unknown path and a wrong method get the same response, without a body.
        Some(Contract::BetterAuth) => StatusCode::NOT_FOUND.into_response(),
        // A path belongs to this contract only if it exists, so the method is wrong.
        Some(Contract::Basic) => ([(ALLOW, "POST")], basic::Failure::method_not_allowed()).into_response(),
        Some(Contract::Teams) => teams::Failure::not_found(message()).into_response(),
        Some(Contract::Platform) => platform::Failure::not_found(message()).into_response(),
        Some(Contract::Accounts) => accounts::Failure::not_found(message()).into_response(),
        None => path_of_no_contract(),
    }
}

fn path_of_no_contract() -> Response {
    (StatusCode::NOT_FOUND, Json(json!({ "message": "Not Found" }))).into_response()
}
