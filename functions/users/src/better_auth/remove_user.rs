//! `POST /admin/remove-user`: a user is deleted.

use axum::Json;
use axum::extract::State;
use shared::contract::better_auth::admin::UserIdRequest;
use shared::contract::better_auth::{Body, Failure, Signed};
use shared::http::AppState;

use super::{Success, user_id};

pub async fn remove_user(
    State(app): State<AppState>,
    Signed(caller): Signed,
    Body(body): Body<UserIdRequest>,
) -> Result<Json<Success>, Failure> {
    app.core.remove_user(&caller, user_id(&body.user_id)?).await?;
    Ok(Json(Success { success: true }))
}
