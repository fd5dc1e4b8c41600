//! Users of an account.

use axum::Json;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use http::StatusCode;
use shared::contract::accounts::{
    Bearer, BearerWith, Body, CreateUserRequest, DeleteUserRequest, Failure, RemovedRole, SetUserRolesRequest, Success,
    UpdateUserRequest, User,
};
use shared::domain::UserId;
use shared::http::{AppState, Meta};
use shared::operations::{AccountUser, DeleteAccountUser, NewAccountUser, StepUp};

pub async fn create_user(
    State(app): State<AppState>,
    meta: Meta,
    BearerWith(caller, ..): BearerWith<StepUp>,
    Body(body): Body<CreateUserRequest>,
) -> Result<(StatusCode, Json<Success<User>>), Failure> {
    let created_by = body.created_by;
    let new = NewAccountUser::from(body);
    let created = app
        .core
        .create_account_user(&caller, &new, created_by, meta.now)
        .await?;
    Ok((StatusCode::CREATED, Json(Success::new(User::in_account(&created)?))))
}

/// Users change their own name without a step-up; the operation demands it for everything else.
pub async fn update_user(
    State(app): State<AppState>,
    meta: Meta,
    Bearer(caller): Bearer,
    path: Result<Path<String>, PathRejection>,
    Body(body): Body<UpdateUserRequest>,
) -> Result<Json<Success<User>>, Failure> {
    let id = user_id(path)?;
    let updated = app
        .core
        .update_account_user(&caller, id, &body.into(), meta.now)
        .await?;
    shown(&updated)
}

pub async fn set_user_roles(
    State(app): State<AppState>,
    meta: Meta,
    BearerWith(caller, ..): BearerWith<StepUp>,
    path: Result<Path<String>, PathRejection>,
    Body(body): Body<SetUserRolesRequest>,
) -> Result<Json<Success<User>>, Failure> {
    let id = user_id(path)?;
    let changed = app
        .core
        .set_account_user_roles(&caller, id, &body.into(), meta.now)
        .await?;
    shown(&changed)
}

pub async fn delete_user(
    State(app): State<AppState>,
    meta: Meta,
    BearerWith(caller, ..): BearerWith<StepUp>,
    path: Result<Path<String>, PathRejection>,
    Body(body): Body<DeleteUserRequest>,
) -> Result<Json<Success<RemovedRole>>, Failure> {
    let id = user_id(path)?;
    let command = DeleteAccountUser::from(body);
    let taken = app.core.delete_account_user(&caller, id, &command, meta.now).await?;
    Ok(Json(Success::new(RemovedRole::of(&taken, command.role))))
}

fn shown(user: &AccountUser) -> Result<Json<Success<User>>, Failure> {
    Ok(Json(Success::new(User::in_account(user)?)))
}

/// An id that no user can have is answered like that of an unknown user.
fn user_id(path: Result<Path<String>, PathRejection>) -> Result<UserId, Failure> {
    let id = path.ok().and_then(|Path(id)| UserId::parse(&id).ok());
    id.ok_or_else(|| Failure::not_found("User not found"))
}
