//! `POST /update-user`: changes the caller's profile.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use shared::contract::better_auth::{Body, Failure, Signed, Status, UpdateUserRequest, cookies, parse_username};
use shared::domain::Patch;
use shared::http::{AppState, Meta};
use shared::operations::UpdateUser;

pub async fn update_user(
    State(app): State<AppState>,
    meta: Meta,
    Signed(caller): Signed,
    Body(body): Body<UpdateUserRequest>,
) -> Result<Response, Failure> {
    let command = command(body)?;
    app.core.update_user(&caller, command, meta.now).await?;
    let mut response = Status::DONE.into_response();
    // A JWT is no session token, so a client that presented one has no cookie to renew.
    if let Some(token) = &caller.token {
        cookies::set_session(&mut response, &caller.session, token, &app.config);
    }
    Ok(response)
}

fn command(body: UpdateUserRequest) -> Result<UpdateUser, Failure> {
    if body.has_email {
        return Err(Failure::email_can_not_be_updated());
    }
    if let Some(name) = &body.forbidden {
        return Err(Failure::field_not_allowed(name));
    }
    let names = [&body.username, &body.display_username];
    if body.name.is_none() && names.iter().all(|name| name.is_none()) && body.image == Patch::Keep {
        return Err(Failure::no_fields_to_update());
    }
    Ok(UpdateUser {
        name: body.name,
        image: body.image,
        username: body.username.as_deref().map(parse_username).transpose()?,
        display_username: body.display_username,
        ..UpdateUser::default()
    })
}
