//! `POST /admin/list-user-sessions`: the sessions of a user. In place of its token, each has a handle that can revoke
//! the session and cannot authenticate.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use shared::contract::better_auth::admin::UserIdRequest;
use shared::contract::better_auth::{Body, Failure, Session, SignedWith};
use shared::domain::SessionHandle;
use shared::http::{AppState, Meta};
use shared::operations::SecondFactor;

use super::session_owner;

#[derive(Serialize)]
pub struct Sessions {
    sessions: Vec<Session>,
}

pub async fn list_user_sessions(
    State(app): State<AppState>,
    meta: Meta,
    SignedWith(caller): SignedWith<SecondFactor>,
    Body(body): Body<UserIdRequest>,
) -> Result<Json<Sessions>, Failure> {
    let id = session_owner(&body.user_id);
    let sessions = app.core.list_user_sessions(&caller, id, meta.now).await?;
    let shown = sessions.iter().map(|session| {
        let handle = SessionHandle {
            user_id: session.user_id,
            session_id: session.id,
        };
        Session::of(session, handle.to_string())
    });
    Ok(Json(Sessions {
        sessions: shown.collect(),
    }))
}
