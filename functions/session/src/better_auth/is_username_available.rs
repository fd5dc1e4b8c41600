//! `POST /is-username-available`: checks a username while the user chooses it.

use axum::Json;
use axum::extract::State;
use http::StatusCode;
use serde::Serialize;
use shared::contract::better_auth::{Body, Failure, IsUsernameAvailableRequest, parse_username};
use shared::http::{AppState, Meta};

#[derive(Serialize)]
pub struct Availability {
    available: bool,
}

pub async fn is_username_available(
    State(app): State<AppState>,
    meta: Meta,
    Body(body): Body<IsUsernameAvailableRequest>,
) -> Result<Json<Availability>, Failure> {
    let username = parse_username(&body.username)
        .map_err(|reason| Failure::invalid_username(StatusCode::UNPROCESSABLE_ENTITY, reason))?;
    let available = app
        .core
        .is_username_available(&username, &meta.client.ip, meta.now)
        .await?;
    Ok(Json(Availability { available }))
}
