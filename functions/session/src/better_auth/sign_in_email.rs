//! `POST /sign-in/email`: signs a user in with an address and a password.

use axum::extract::State;
use axum::response::Response;
use http::HeaderMap;
use shared::contract::Contract;
use shared::contract::better_auth::{Body, Failure, SignInEmailRequest, callback_of_client, cookies};
use shared::domain::{EmailAddress, LoginName};
use shared::http::{AppState, Meta};
use shared::operations::SignIn;

use super::policy;
use super::signed_in::signed_in;

pub async fn sign_in_email(
    State(app): State<AppState>,
    meta: Meta,
    headers: HeaderMap,
    Body(body): Body<SignInEmailRequest>,
) -> Result<Response, Failure> {
    let callback = callback_of_client(body.callback_url.as_deref(), &app.config)?;
    let command = SignIn {
        name: LoginName::Email(EmailAddress::parse(&body.email).map_err(|_| Failure::invalid_email())?),
        password: body.password,
        remember_me: body.remember_me,
        policy: policy(&app),
        trusted_devices: cookies::trusted_devices(&headers, &app.config),
        captcha: meta.captcha(Contract::BetterAuth, &app),
        client: meta.client,
    };
    let opened = app.core.sign_in(command, meta.now).await?;
    Ok(signed_in(&app, &opened, callback.as_ref()))
}
