//! `POST /admin/set-user-password`: sets a new password for a user.

use axum::Json;
use axum::extract::State;
use shared::contract::better_auth::admin::SetUserPasswordRequest;
use shared::contract::better_auth::{Body, Failure, PASSWORD_RULES, SignedWith, Status};
use shared::domain::{NewPassword, UserPermission};
use shared::http::{AppState, Meta};
use shared::operations::StepUp;

use super::user_id;

pub async fn set_user_password(
    State(app): State<AppState>,
    meta: Meta,
    SignedWith(caller): SignedWith<StepUp>,
    Body(body): Body<SetUserPasswordRequest>,
) -> Result<Json<Status>, Failure> {
    let id = user_id(&app, &caller, UserPermission::SetPassword, &body.user_id)?;
    let password = NewPassword::parse(&body.new_password, PASSWORD_RULES)?;
    app.core.set_user_password(&caller, id, &password, meta.now).await?;
    Ok(Status::DONE)
}
