//! `POST /admin/remove-user`: deletes a user.

use axum::Json;
use axum::extract::State;
use shared::contract::better_auth::admin::UserIdRequest;
use shared::contract::better_auth::{Body, Failure, SignedWith, Success};
use shared::domain::UserPermission;
use shared::http::{AppState, Meta};
use shared::operations::StepUp;

use super::user_id;

pub async fn remove_user(
    State(app): State<AppState>,
    meta: Meta,
    SignedWith(caller): SignedWith<StepUp>,
    Body(body): Body<UserIdRequest>,
) -> Result<Json<Success>, Failure> {
    let id = user_id(&app, &caller, UserPermission::Delete, &body.user_id)?;
    app.core.remove_user(&caller, id, meta.now).await?;
    Ok(Success::DONE)
}
