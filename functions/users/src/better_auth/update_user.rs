//! `POST /admin/update-user`: changes another user's profile.

use axum::Json;
use axum::extract::State;
use shared::contract::better_auth::admin::{AdminUpdateUserRequest, UserData};
use shared::contract::better_auth::{Body, Failure, SignedWith, User, parse_username};
use shared::domain::user::BanTerms;
use shared::domain::{EmailAddress, UserPermission};
use shared::http::{AppState, Meta};
use shared::operations::{Ban, EditUser, StepUp};

use super::ban_user::DEFAULT_REASON;
use super::{roles, user_id};

pub async fn update_user(
    State(app): State<AppState>,
    meta: Meta,
    SignedWith(caller): SignedWith<StepUp>,
    Body(body): Body<AdminUpdateUserRequest>,
) -> Result<Json<User>, Failure> {
    let id = user_id(&app, &caller, UserPermission::Update, &body.user_id)?;
    let command = command(body.data)?;
    let user = app.core.edit_user(&caller, id, &command, meta.now).await?;
    Ok(Json(User::from(&user)))
}

fn command(data: UserData) -> Result<EditUser, Failure> {
    if data.is_empty {
        return Err(Failure::no_data_to_update());
    }
    if data.has_password {
        return Err(Failure::password_is_set_elsewhere());
    }
    if data.has_id {
        return Err(Failure::user_id_cannot_be_updated());
    }
    if let Some(name) = &data.forbidden {
        return Err(Failure::field_not_allowed(name));
    }
    let email = data.email.as_deref().map(EmailAddress::parse).transpose();
    Ok(EditUser {
        name: data.name,
        username: data.username.as_deref().map(parse_username).transpose()?,
        email: email.map_err(|_| Failure::invalid_email())?,
        email_verified: data.email_verified,
        roles: data.roles.as_deref().map(roles).transpose()?,
        ban: ban(data.banned, data.ban_reason, data.ban_expires),
        image: data.image,
        display_username: data.display_username,
    })
}

/// The reason and the end apply only to a ban.
fn ban(banned: Option<bool>, reason: Option<String>, until: Option<jiff::Timestamp>) -> Option<Ban> {
    if !banned? {
        return Some(Ban::Lift);
    }
    Some(Ban::Impose(BanTerms {
        reason: reason.unwrap_or_else(|| DEFAULT_REASON.to_owned()),
        until,
    }))
}
