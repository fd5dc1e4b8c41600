//! `POST /passkey/verify-registration`: registers the credential that an authenticator created as a passkey of the
//! caller.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::HeaderMap;
use shared::contract::better_auth::{Body, Failure, Passkey, SignedWith, VerifyRegistrationRequest, cookies};
use shared::http::{AppState, Meta};
use shared::operations::{RegisterPasskey, RegistrationResponse, StepUp};

pub async fn verify_registration(
    State(app): State<AppState>,
    meta: Meta,
    SignedWith(caller): SignedWith<StepUp>,
    headers: HeaderMap,
    Body(body): Body<VerifyRegistrationRequest>,
) -> Result<Response, Failure> {
    let command = RegisterPasskey {
        token: cookies::ceremony_token(&headers, &app.config).ok_or_else(Failure::challenge_not_found)?,
        response: RegistrationResponse::parse(body.response).map_err(|_| Failure::failed_to_verify_registration())?,
        name: body.name,
        client_ip: meta.client.ip,
    };
    let passkey = app.core.register_passkey(&caller, command, meta.now).await?;
    let mut response = Json(Passkey::from(&passkey)).into_response();
    cookies::clear_ceremony(&mut response, &app.config);
    Ok(response)
}
