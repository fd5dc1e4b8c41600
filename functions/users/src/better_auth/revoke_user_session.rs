//! `POST /admin/revoke-user-session`: revokes one session of any user.

use axum::Json;
use axum::extract::State;
use shared::contract::better_auth::admin::RevokeUserSessionRequest;
use shared::contract::better_auth::{Body, Failure, SignedWith, Success};
use shared::domain::{SessionHandle, SessionToken, UserPermission};
use shared::http::{AppState, Meta};
use shared::operations::StepUp;

/// Text that names no session is answered with success, like a session that has ended; a caller without the permission
/// is rejected.
pub async fn revoke_user_session(
    State(app): State<AppState>,
    meta: Meta,
    SignedWith(caller): SignedWith<StepUp>,
    Body(body): Body<RevokeUserSessionRequest>,
) -> Result<Json<Success>, Failure> {
    match named_session(&body.session_token) {
        Some(handle) => app.core.revoke_user_session(&caller, handle, meta.now).await?,
        None => app.core.permit(&caller, UserPermission::RevokeSessions)?,
    }
    Ok(Success::DONE)
}

/// The handle of a listing, or a session token.
fn named_session(text: &str) -> Option<SessionHandle> {
    SessionHandle::parse(text).ok().or_else(|| {
        let token = SessionToken::parse(text).ok()?;
        Some(SessionHandle {
            user_id: token.user_id,
            session_id: token.session_id,
        })
    })
}
