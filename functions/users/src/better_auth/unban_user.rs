//! `POST /admin/unban-user`: lifts the ban of a user.

use axum::Json;
use axum::extract::State;
use shared::contract::better_auth::admin::{AdministeredUser, UserIdRequest};
use shared::contract::better_auth::{Body, Failure, SignedWith, User};
use shared::domain::UserPermission;
use shared::http::{AppState, Meta};
use shared::operations::StepUp;

use super::user_id;

pub async fn unban_user(
    State(app): State<AppState>,
    meta: Meta,
    SignedWith(caller): SignedWith<StepUp>,
    Body(body): Body<UserIdRequest>,
) -> Result<Json<AdministeredUser>, Failure> {
    let id = user_id(&app, &caller, UserPermission::Ban, &body.user_id)?;
    let user = app.core.unban_user(&caller, id, meta.now).await?;
    Ok(Json(AdministeredUser {
        user: User::from(&user),
    }))
}
