//! `POST /revoke-session`: revokes one session of the caller.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use shared::contract::better_auth::{Body, Failure, RevokeSessionRequest, Signed, Status};
use shared::domain::{SessionId, SessionToken};
use shared::http::{AppState, Meta};
use shared::operations::Caller;

use super::without_session;

/// The response is the same whether or not the session exists and belongs to the caller.
pub async fn revoke_session(
    State(app): State<AppState>,
    meta: Meta,
    Signed(caller): Signed,
    Body(body): Body<RevokeSessionRequest>,
) -> Result<Response, Failure> {
    let named = named_session(&body.token, &caller);
    if let Some(id) = named {
        app.core.revoke_session(&caller, id, meta.now).await?;
    }
    let done = Status::DONE;
    Ok(if named == Some(caller.session.id) {
        without_session(done, &app)
    } else {
        done.into_response()
    })
}

/// The handle of a listing, or a session token of the caller.
fn named_session(token: &str, caller: &Caller) -> Option<SessionId> {
    SessionId::parse(token).ok().or_else(|| {
        let token = SessionToken::parse(token).ok()?;
        (token.user_id == caller.user.id).then_some(token.session_id)
    })
}
