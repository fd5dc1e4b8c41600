//! `POST /revoke-other-sessions`: revokes every session of the user except the caller's.

use axum::Json;
use axum::extract::State;
use shared::contract::better_auth::{Body, Failure, Nothing, Signed, Status};
use shared::http::{AppState, Meta};

pub async fn revoke_other_sessions(
    State(app): State<AppState>,
    meta: Meta,
    Signed(caller): Signed,
    Body(Nothing): Body<Nothing>,
) -> Result<Json<Status>, Failure> {
    if app.core.revoke_other_sessions(&caller, meta.now).await? {
        Ok(Status::DONE)
    } else {
        Err(Failure::unauthorized())
    }
}
