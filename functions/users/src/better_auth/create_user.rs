//! `POST /admin/create-user`: creates a user, without a session.

use axum::Json;
use axum::extract::State;
use shared::contract::better_auth::admin::{AdministeredUser, CreateUserRequest};
use shared::contract::better_auth::{Body, Failure, PASSWORD_RULES, SignedWith, User, parse_username};
use shared::domain::{EmailAddress, NewPassword, UserPermission};
use shared::http::{AppState, Meta};
use shared::operations::{CreateUser, StepUp};

use super::roles;

pub async fn create_user(
    State(app): State<AppState>,
    meta: Meta,
    SignedWith(caller): SignedWith<StepUp>,
    Body(body): Body<CreateUserRequest>,
) -> Result<Json<AdministeredUser>, Failure> {
    app.core.permit(&caller, UserPermission::Create)?;
    let user = app.core.create_user(&caller, command(body)?, meta.now).await?;
    Ok(Json(AdministeredUser {
        user: User::from(&user),
    }))
}

fn command(body: CreateUserRequest) -> Result<CreateUser, Failure> {
    let data = body.data;
    if let Some(name) = data.forbidden {
        return Err(Failure::field_not_allowed(&name));
    }
    // The password and the address are fields beside `data`, and a new user is never banned.
    let misplaced = [
        (data.has_password, "password"),
        (data.has_id, "id"),
        (data.email.is_some(), "email"),
        (data.name.is_some(), "name"),
        (data.banned.is_some(), "banned"),
        (data.ban_reason.is_some(), "banReason"),
        (data.ban_expires.is_some(), "banExpires"),
    ];
    if let Some((_, name)) = misplaced.iter().find(|(is_there, _)| *is_there) {
        return Err(Failure::field_not_allowed(name));
    }
    let names = body.roles.or(data.roles);
    Ok(CreateUser {
        email: EmailAddress::parse(&body.email).map_err(|_| Failure::invalid_email())?,
        password: body
            .password
            .map(|password| NewPassword::parse(&password, PASSWORD_RULES))
            .transpose()?,
        name: body.name,
        image: data.image.value(),
        username: data.username.as_deref().map(parse_username).transpose()?,
        display_username: data.display_username.or(data.username),
        roles: names.as_deref().map(roles).transpose()?,
        email_verified: data.email_verified.unwrap_or(false),
    })
}
