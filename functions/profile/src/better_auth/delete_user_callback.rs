//! `GET /delete-user/callback`: confirms a deletion with the token of the mail, in a browser where the same user is
//! signed in.

use axum::Json;
use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use shared::contract::better_auth::{Failure, MailedTokenQuery, Query, Visitor, callback_of_link, found};
use shared::domain::OneTimeToken;
use shared::http::{AppState, Meta};

use super::{Deleted, without_session};

pub async fn delete_user_callback(
    State(app): State<AppState>,
    meta: Meta,
    Visitor { caller, .. }: Visitor,
    query: Result<Query<MailedTokenQuery>, Failure>,
) -> Result<Response, Failure> {
    let caller = caller.map(|caller| app.core.assure(caller, meta.now)).transpose()?;
    let Query(query) = query?;
    let callback = callback_of_link(query.callback_url.as_deref(), &app.config)?;
    let caller = caller.ok_or_else(Failure::failed_to_get_user_info)?;
    let token = OneTimeToken::parse(&query.token).map_err(|_| Failure::invalid_token(StatusCode::NOT_FOUND))?;
    app.core
        .confirm_deletion(&caller, &token, &meta.client.ip, meta.now)
        .await?;
    Ok(match callback {
        Some(target) => without_session(found(target.as_str()), &app),
        None => without_session(Json(Deleted::DONE), &app),
    })
}
