//! `GET /list-sessions`: the caller's sessions.

use axum::Json;
use axum::extract::State;
use shared::contract::better_auth::{Failure, Session, SignedWith};
use shared::http::{AppState, Meta};
use shared::operations::Fresh;

use super::shown_token;

pub async fn list_sessions(
    State(app): State<AppState>,
    meta: Meta,
    SignedWith(caller): SignedWith<Fresh>,
) -> Result<Json<Vec<Session>>, Failure> {
    let sessions = app.core.list_sessions(&caller, meta.now).await?;
    let listed = sessions.iter().map(|session| {
        let token = if session.id == caller.session.id {
            shown_token(&caller)
        } else {
            session.id.to_string()
        };
        Session::of(session, token)
    });
    Ok(Json(listed.collect()))
}
