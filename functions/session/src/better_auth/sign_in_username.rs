//! `POST /sign-in/username`: signs a user in with a username and a password.

use axum::extract::State;
use axum::response::Response;
use http::{HeaderMap, StatusCode};
use shared::contract::Contract;
use shared::contract::better_auth::{
    Body, Failure, SignInUsernameRequest, callback_of_client, cookies, parse_username,
};
use shared::domain::LoginName;
use shared::http::{AppState, Meta};
use shared::operations::SignIn;

use super::policy;
use super::signed_in::signed_in;

pub async fn sign_in_username(
    State(app): State<AppState>,
    meta: Meta,
    headers: HeaderMap,
    Body(body): Body<SignInUsernameRequest>,
) -> Result<Response, Failure> {
    let callback = callback_of_client(body.callback_url.as_deref(), &app.config)?;
    if body.username.is_empty() || body.password.as_bytes().is_empty() {
        return Err(Failure::invalid_username_or_password());
    }
    let username = parse_username(&body.username)
        .map_err(|reason| Failure::invalid_username(StatusCode::UNPROCESSABLE_ENTITY, reason))?;
    let command = SignIn {
        name: LoginName::Username(username),
        password: body.password,
        remember_me: body.remember_me,
        policy: policy(&app),
        trusted_devices: cookies::trusted_devices(&headers, &app.config),
        captcha: meta.captcha(Contract::BetterAuth, &app),
        client: meta.client,
    };
    let opened = app.core.sign_in(command, meta.now).await;
    let opened = opened.map_err(Failure::of_sign_in_by_username)?;
    Ok(signed_in(&app, &opened, callback.as_ref()))
}
