//! `POST /admin/impersonate-user`: opens a session of another user for the administrator.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use shared::contract::better_auth::admin::{SessionAndUser, UserIdRequest};
use shared::contract::better_auth::{Body, Failure, Session, SignedWith, User, cookies};
use shared::domain::UserPermission;
use shared::http::{AppState, Meta};
use shared::operations::StepUp;

use super::user_id;

/// The browser keeps the administrator's own session beside the new one, to return to it.
pub async fn impersonate_user(
    State(app): State<AppState>,
    meta: Meta,
    SignedWith(caller): SignedWith<StepUp>,
    Body(body): Body<UserIdRequest>,
) -> Result<Response, Failure> {
    let id = user_id(&app, &caller, UserPermission::Impersonate, &body.user_id)?;
    let opened = app.core.impersonate_user(&caller, id, &meta.client, meta.now).await?;
    let answer = SessionAndUser {
        session: Session::of(&opened.session, opened.token.to_string()),
        user: User::from(&opened.user),
    };
    let mut response = Json(answer).into_response();
    if let Some(token) = &caller.token {
        cookies::set_admin_session(&mut response, &caller.session, token, &app.config);
    }
    cookies::set_session(&mut response, &opened.session, &opened.token, &app.config);
    Ok(response)
}
