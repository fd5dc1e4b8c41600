//! `POST /admin/revoke-user-sessions`: revokes all sessions of a user.

use axum::Json;
use axum::extract::State;
use shared::contract::better_auth::admin::UserIdRequest;
use shared::contract::better_auth::{Body, Failure, SignedWith, Success};
use shared::http::{AppState, Meta};
use shared::operations::StepUp;

use super::session_owner;

pub async fn revoke_user_sessions(
    State(app): State<AppState>,
    meta: Meta,
    SignedWith(caller): SignedWith<StepUp>,
    Body(body): Body<UserIdRequest>,
) -> Result<Json<Success>, Failure> {
    let id = session_owner(&body.user_id);
    app.core.revoke_user_sessions(&caller, id, meta.now).await?;
    Ok(Success::DONE)
}
