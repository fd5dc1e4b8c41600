//! `GET /admin/get-user`: one user by id.

use axum::Json;
use axum::extract::State;
use shared::contract::better_auth::admin::GetUserQuery;
use shared::contract::better_auth::{Failure, Query, SignedWith, User};
use shared::domain::UserPermission;
use shared::http::{AppState, Meta};
use shared::operations::SecondFactor;

use super::user_id;

pub async fn get_user(
    State(app): State<AppState>,
    meta: Meta,
    SignedWith(caller): SignedWith<SecondFactor>,
    Query(query): Query<GetUserQuery>,
) -> Result<Json<User>, Failure> {
    let id = user_id(&app, &caller, UserPermission::Get, &query.id)?;
    let user = app.core.get_user(&caller, id, meta.now).await?;
    Ok(Json(User::from(&user)))
}
