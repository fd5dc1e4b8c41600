//! `POST /admin/stop-impersonating`: returns to the administrator's own session.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::HeaderMap;
use shared::contract::better_auth::admin::SessionAndUser;
use shared::contract::better_auth::{Body, Failure, Nothing, Session, Signed, User, cookies};
use shared::domain::SessionToken;
use shared::http::{AppState, Meta};

pub async fn stop_impersonating(
    State(app): State<AppState>,
    meta: Meta,
    Signed(caller): Signed,
    headers: HeaderMap,
    Body(Nothing): Body<Nothing>,
) -> Result<Response, Failure> {
    let kept = cookies::admin_session(&headers, &app.config);
    let kept = kept.and_then(|token| SessionToken::parse(&token).ok());
    let admin = app.core.stop_impersonating(&caller, kept.clone(), meta.now).await?;
    let shown = kept.as_ref().map(ToString::to_string).unwrap_or_default();
    let answer = SessionAndUser {
        session: Session::of(&admin.session, shown),
        user: User::from(&admin.user),
    };
    let mut response = Json(answer).into_response();
    if let Some(token) = &kept {
        cookies::set_session(&mut response, &admin.session, token, &app.config);
    }
    cookies::clear_admin_session(&mut response, &app.config);
    Ok(response)
}
