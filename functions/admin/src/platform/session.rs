//! Administrators sign in and refresh their tokens.

use axum::extract::State;
use axum::routing::post;
use axum::{Json, Router};
use http::HeaderMap;
use shared::contract::platform::{
    AdminLogin, AdminLoginResponse, AdminRefreshTokenRequest, AdminTokens, AuthenticationLimit, Body, Failure,
};
use shared::domain::AdminRefreshToken;
use shared::http::{AppState, Meta, known_device};
use shared::operations::SignInAdministrator;

pub fn routes(router: Router<AppState>) -> Router<AppState> {
    router
        .route("/v1/admin/login", post(login))
        .route("/v1/admin/refresh-token", post(refresh_token))
}

async fn login(
    State(app): State<AppState>,
    meta: Meta,
    _: AuthenticationLimit,
    Body(body): Body<AdminLogin>,
) -> Result<(HeaderMap, Json<AdminLoginResponse>), Failure> {
    let command = SignInAdministrator {
        email: body.email,
        password: body.password,
        code: body.otp,
        client: meta.client,
    };
    let opened = app.core.sign_in_administrator(command, meta.now).await?;
    let device = known_device::headers(opened.known_device.as_ref(), meta.is_cross_site, &app.config);
    let lifetime = app.core.configuration().access_token_lifetime;
    Ok((device, Json(AdminLoginResponse::of(opened, lifetime, meta.now))))
}

/// It counts for the session.
async fn refresh_token(
    State(app): State<AppState>,
    meta: Meta,
    Body(body): Body<AdminRefreshTokenRequest>,
) -> Result<Json<AdminTokens>, Failure> {
    let token = AdminRefreshToken::parse(&body.refresh_token).map_err(|_| Failure::refresh_token_refused())?;
    let refreshed = app.core.refresh_admin_session(&token, &meta.client, meta.now).await?;
    let lifetime = app.core.configuration().access_token_lifetime;
    Ok(Json(AdminTokens::refreshed(refreshed, lifetime, meta.now)))
}
