//! `GET /passkey/generate-register-options`: the options with which a browser creates a passkey for the caller.

use axum::extract::State;
use axum::response::Response;
use http::HeaderMap;
use shared::contract::better_auth::{
    AuthenticatorAttachment, Failure, GenerateRegisterOptionsQuery, Query, RegistrationOptions, SignedWith,
};
use shared::http::{AppState, Meta};
use shared::operations::StepUp;

use super::with_challenge;

pub async fn generate_register_options(
    State(app): State<AppState>,
    meta: Meta,
    SignedWith(caller): SignedWith<StepUp>,
    headers: HeaderMap,
    Query(query): Query<GenerateRegisterOptionsQuery>,
) -> Result<Response, Failure> {
    let attachment = query
        .authenticator_attachment
        .map(|text| AuthenticatorAttachment::parse(&text).ok_or_else(Failure::invalid_authenticator_attachment));
    let attachment = attachment.transpose()?;
    let creation = app.core.begin_passkey_registration(&caller, meta.now).await?;
    let address = caller.user.email.to_string();
    let name = query.name.unwrap_or_else(|| address.clone());
    let options = RegistrationOptions::of(&creation, attachment, name, address);
    Ok(with_challenge(
        options,
        &creation.challenge,
        &creation.token,
        &headers,
        &app,
    ))
}
