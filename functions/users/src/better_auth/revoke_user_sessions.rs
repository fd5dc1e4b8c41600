//! `POST /admin/revoke-user-sessions`: all sessions of a user end.

use axum::Json;
use axum::extract::State;
use shared::contract::better_auth::admin::UserIdRequest;
use shared::contract::better_auth::{Body, Failure, Signed};
use shared::http::{AppState, Meta};

use super::{Success, user_id};

pub async fn revoke_user_sessions(
    State(app): State<AppState>,
    meta: Meta,
    Signed(caller): Signed,
    Body(body): Body<UserIdRequest>,
) -> Result<Json<Success>, Failure> {
    app.core
        .revoke_user_sessions(&caller, user_id(&body.user_id)?, meta.now)
        .await?;
    Ok(Json(Success { success: true }))
}
