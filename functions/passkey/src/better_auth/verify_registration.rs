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
    let response = RegistrationResponse::parse(body.response);
    let answered = response.as_ref().ok().and_then(RegistrationResponse::challenge);
    let presented = cookies::ceremony(&headers, answered.as_deref(), &app.config);
    let presented = presented.ok_or_else(Failure::challenge_not_found)?;
    let command = RegisterPasskey {
        token: presented.token.clone(),
        response: response.map_err(|_| Failure::failed_to_verify_registration())?,
        name: body.name,
        client_ip: meta.client.ip,
    };
    let passkey = app.core.register_passkey(&caller, command, meta.now).await?;
    let mut response = Json(Passkey::from(&passkey)).into_response();
    cookies::clear_ceremony(&mut response, &presented, &app.config);
    Ok(response)
}
