//! `POST /sign-out`: the session ends, and the browser forgets it.

use axum::Json;
use axum::extract::State;
use axum::response::Response;
use serde::Serialize;
use shared::contract::better_auth::{Body, Failure, Nothing, Visitor};
use shared::http::AppState;

use super::without_session;

#[derive(Serialize)]
struct Success {
    success: bool,
}

/// Whoever is not signed in is signed out already.
pub async fn sign_out(
    State(app): State<AppState>,
    Visitor { caller, .. }: Visitor,
    Body(Nothing): Body<Nothing>,
) -> Result<Response, Failure> {
    if let Some(caller) = caller {
        app.core.sign_out(&caller).await?;
    }
    Ok(without_session(Json(Success { success: true }), &app))
}
