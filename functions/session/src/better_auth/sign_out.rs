//! `POST /sign-out`: revokes the session, and every other session whose cookie the browser sends, and clears the
//! cookies.

use axum::extract::State;
use axum::response::Response;
use http::HeaderMap;
use shared::contract::better_auth::{Body, Failure, Nothing, Success, Visitor, cookies};
use shared::domain::SessionToken;
use shared::http::{AppState, Meta};

use super::without_session;

/// A client without a session is already signed out.
pub async fn sign_out(
    State(app): State<AppState>,
    meta: Meta,
    headers: HeaderMap,
    Visitor { caller, .. }: Visitor,
    Body(Nothing): Body<Nothing>,
) -> Result<Response, Failure> {
    let kept = cookies::admin_sessions(&headers, &app.config);
    let has_kept = !kept.is_empty();
    let presented = cookies::session_tokens(&headers, &app.config);
    let presented = presented.iter().filter_map(|text| SessionToken::parse(text).ok());
    let tokens = presented.chain(kept).collect();
    app.core.sign_out(caller.as_ref(), tokens, meta.now).await?;
    let mut response = without_session(Success::DONE, &app);
    if has_kept {
        cookies::clear_admin_session(&mut response, &app.config);
    }
    Ok(response)
}
