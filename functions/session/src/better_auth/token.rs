//! `GET /token`: an access token for the caller's session, which other services verify with the key set at `/jwks`.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use shared::contract::better_auth::{Failure, Signed};
use shared::http::{AppState, Meta};

#[derive(Serialize)]
pub struct AccessToken {
    token: String,
}

pub async fn token(
    State(app): State<AppState>,
    meta: Meta,
    Signed(caller): Signed,
) -> Result<Json<AccessToken>, Failure> {
    let token = app.core.issue_access_token(&caller, meta.now).await?;
    Ok(Json(AccessToken { token }))
}
