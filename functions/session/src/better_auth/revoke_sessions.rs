//! `POST /revoke-sessions`: revokes every session of the user, the caller's too.

use axum::extract::State;
use axum::response::Response;
use shared::contract::better_auth::{Body, Failure, Nothing, Signed, Status};
use shared::http::{AppState, Meta};

use super::without_session;

pub async fn revoke_sessions(
    State(app): State<AppState>,
    meta: Meta,
    Signed(caller): Signed,
    Body(Nothing): Body<Nothing>,
) -> Result<Response, Failure> {
    app.core.revoke_sessions(&caller, meta.now).await?;
    Ok(without_session(Status::DONE, &app))
}
