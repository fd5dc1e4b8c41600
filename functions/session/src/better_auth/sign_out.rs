//! `POST /sign-out`: revokes the session and clears its cookies.

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
    let kept = cookies::admin_session(&headers, &app.config);
    let token = kept.as_deref().and_then(|token| SessionToken::parse(token).ok());
    app.core.sign_out(caller.as_ref(), token, meta.now).await?;
    let mut response = without_session(Success::DONE, &app);
    if kept.is_some() {
        cookies::clear_admin_session(&mut response, &app.config);
    }
    Ok(response)
}
