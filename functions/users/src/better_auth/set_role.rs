//! `POST /admin/set-role`: replaces the roles of a user.

use axum::Json;
use axum::extract::State;
use shared::contract::better_auth::admin::{AdministeredUser, SetRoleRequest};
use shared::contract::better_auth::{Body, Failure, SignedWith, User};
use shared::domain::UserPermission;
use shared::http::{AppState, Meta};
use shared::operations::StepUp;

use super::{roles, user_id};

pub async fn set_role(
    State(app): State<AppState>,
    meta: Meta,
    SignedWith(caller): SignedWith<StepUp>,
    Body(body): Body<SetRoleRequest>,
) -> Result<Json<AdministeredUser>, Failure> {
    let id = user_id(&app, &caller, UserPermission::SetRole, &body.user_id)?;
    let given = roles(&body.roles)?;
    let user = app.core.set_role(&caller, id, &given, meta.now).await?;
    Ok(Json(AdministeredUser {
        user: User::from(&user),
    }))
}
