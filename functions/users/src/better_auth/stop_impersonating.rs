//! `POST /admin/stop-impersonating`: returns to the administrator's own session.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::HeaderMap;
use shared::contract::better_auth::admin::SessionAndUser;
use shared::contract::better_auth::{Body, Failure, Nothing, Session, Signed, User, cookies};
use shared::http::{AppState, Meta};

pub async fn stop_impersonating(
    State(app): State<AppState>,
    meta: Meta,
    Signed(caller): Signed,
    headers: HeaderMap,
    Body(Nothing): Body<Nothing>,
) -> Result<Response, Failure> {
    let kept = cookies::admin_sessions(&headers, &app.config);
    let (admin, token) = app.core.stop_impersonating(&caller, kept, meta.now).await?;
    let answer = SessionAndUser {
        session: Session::of(&admin.session, token.to_string()),
        user: User::from(&admin.user),
    };
    let mut response = Json(answer).into_response();
    cookies::set_session(&mut response, &admin.session, &token, &app.config);
    cookies::clear_admin_session(&mut response, &app.config);
    Ok(response)
}
