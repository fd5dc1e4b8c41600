//! `POST /delete-user`: deletes the account immediately, or sends a mail that asks for confirmation.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use shared::contract::better_auth::{Body, DeleteUserRequest, Failure, SignedWith, callback};
use shared::domain::OneTimeToken;
use shared::http::{AppState, Meta};
use shared::operations::{DeleteUser, Deletion, InPerson};

use super::{Deleted, without_session};

pub async fn delete_user(
    State(app): State<AppState>,
    meta: Meta,
    SignedWith(caller): SignedWith<InPerson>,
    Body(body): Body<DeleteUserRequest>,
) -> Result<Response, Failure> {
    let callback = callback(body.callback_url.as_deref(), &meta, &app.config)?;
    let token = body.token.as_deref().map(OneTimeToken::parse).transpose();
    let command = DeleteUser {
        password: body.password,
        token: token.map_err(|_| Failure::invalid_token(StatusCode::NOT_FOUND))?,
        callback,
        client_ip: meta.client.ip,
    };
    Ok(match app.core.delete_user(&caller, command, meta.now).await? {
        Deletion::Done => without_session(Json(Deleted::DONE), &app),
        Deletion::MailSent => Json(Deleted::MAIL_SENT).into_response(),
    })
}
