//! `POST /passkey/generate-authenticate-options`, and `GET` for the current client: the options with which a browser
//! requests an assertion.

use axum::extract::State;
use axum::response::Response;
use http::HeaderMap;
use shared::contract::better_auth::{AuthenticationOptions, Body, Failure, Nothing, Visitor};
use shared::http::{AppState, Meta};

use super::with_challenge;

pub async fn generate_authenticate_options(
    State(app): State<AppState>,
    meta: Meta,
    Visitor { caller, .. }: Visitor,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let request = app
        .core
        .begin_passkey_sign_in(caller.as_ref(), &meta.client.ip, meta.now)
        .await?;
    Ok(with_challenge(
        AuthenticationOptions::from(&request),
        &request.challenge,
        &request.token,
        &headers,
        &app,
    ))
}

/// Older clients may send an address. As in the framework it is ignored: the response would allow enumeration of
/// addresses.
pub async fn post_generate_authenticate_options(
    app: State<AppState>,
    meta: Meta,
    visitor: Visitor,
    headers: HeaderMap,
    Body(Nothing): Body<Nothing>,
) -> Result<Response, Failure> {
    generate_authenticate_options(app, meta, visitor, headers).await
}
