//! Administrators list, create, show, change and delete users, and set their passwords.

use axum::extract::{Path, State};
use axum::routing::{get, post};
use axum::{Json, Router};
use http::StatusCode;
use shared::contract::platform::{
    AdminCreateUser, AdminResetUserPassword, AdminUpdateUser, AdminUser, AdminUserCreated, AdminUserList,
    AdminUserPasswordReset, AdminUserQuery, Administrator, Body, Failure, Message, Query,
};
use shared::domain::UserId;
use shared::http::{AppState, Meta};

pub fn routes(router: Router<AppState>) -> Router<AppState> {
    router
        .route("/v1/admin/users", get(list).post(create))
        .route("/v1/admin/users/{id}", get(show).put(update).delete(delete))
        .route("/v1/admin/users/{id}/reset_pwd_by_admin", post(reset_password))
}

async fn create(
    State(app): State<AppState>,
    meta: Meta,
    Administrator(caller): Administrator,
    Body(body): Body<AdminCreateUser>,
) -> Result<(StatusCode, Json<AdminUserCreated>), Failure> {
    let is_mailed = body.send_welcome_email;
    let created = app.core.create_platform_user(&caller, body.into(), meta.now).await?;
    Ok((StatusCode::CREATED, Json(AdminUserCreated::of(&created, is_mailed))))
}

async fn list(
    State(app): State<AppState>,
    Administrator(caller): Administrator,
    Query(query): Query<AdminUserQuery>,
) -> Result<Json<AdminUserList>, Failure> {
    let page = query.page.page();
    let listed = app.core.list_platform_users(&caller, &query.filter(), page).await?;
    Ok(Json(AdminUserList::of(&listed, &query)))
}

async fn show(
    State(app): State<AppState>,
    Administrator(caller): Administrator,
    Path(id): Path<String>,
) -> Result<Json<AdminUser>, Failure> {
    let shown = app.core.show_platform_user(&caller, user_id(&id)?).await?;
    Ok(Json(AdminUser::from(&shown)))
}

async fn update(
    State(app): State<AppState>,
    meta: Meta,
    Administrator(caller): Administrator,
    Path(id): Path<String>,
    Body(body): Body<AdminUpdateUser>,
) -> Result<Json<AdminUser>, Failure> {
    let id = user_id(&id)?;
    let updated = app
        .core
        .update_platform_user(&caller, id, &body.into(), meta.now)
        .await?;
    Ok(Json(AdminUser::from(&updated)))
}

async fn delete(
    State(app): State<AppState>,
    meta: Meta,
    Administrator(caller): Administrator,
    Path(id): Path<String>,
) -> Result<Json<Message>, Failure> {
    app.core.delete_platform_user(&caller, user_id(&id)?, meta.now).await?;
    Ok(Json(Message::new("User deleted successfully")))
}

async fn reset_password(
    State(app): State<AppState>,
    meta: Meta,
    Administrator(caller): Administrator,
    Path(id): Path<String>,
    Body(body): Body<AdminResetUserPassword>,
) -> Result<Json<AdminUserPasswordReset>, Failure> {
    let id = user_id(&id)?;
    let generated = app
        .core
        .reset_password_of_user(&caller, id, body.password()?, meta.now)
        .await?;
    Ok(Json(AdminUserPasswordReset::of(generated)))
}

/// What is no id is the id of no user.
fn user_id(text: &str) -> Result<UserId, Failure> {
    UserId::parse(text).map_err(|_| Failure::not_found("User not found"))
}
