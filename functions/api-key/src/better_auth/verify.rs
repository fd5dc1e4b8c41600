//! `POST /api-key/verify`: checks whether a key is valid and has the required permissions. It consumes one use of the
//! key. The framework offers this operation only to programs within the server; here such programs are outside, so any
//! client that has a key may verify it.

use axum::Json;
use axum::extract::State;
use shared::contract::better_auth::api_key::{Verification, VerifyApiKeyRequest};
use shared::contract::better_auth::{Body, Failure};
use shared::domain::PlainApiKey;
use shared::domain::api_key::InvalidApiKey;
use shared::http::{AppState, Meta};
use shared::operations::{UseApiKeyError, VerifyApiKey};

pub async fn verify(
    State(app): State<AppState>,
    meta: Meta,
    Body(body): Body<VerifyApiKeyRequest>,
) -> Result<Json<Verification>, Failure> {
    let key = match presented(&body) {
        Ok(key) => key,
        Err(invalid) => return Ok(Json(Verification::refused(&invalid.into()))),
    };
    let command = VerifyApiKey {
        key,
        permissions: body.permissions,
        client_ip: meta.client.ip,
    };
    match app.core.verify_api_key(command, meta.now).await {
        Ok(key) => Ok(Json(Verification::of(&key))),
        Err(UseApiKeyError::Interrupted(interruption)) => Err(interruption.into()),
        Err(error) => Ok(Json(Verification::refused(&error.into()))),
    }
}

/// There is one configuration, so no key belongs to another.
fn presented(body: &VerifyApiKeyRequest) -> Result<PlainApiKey, InvalidApiKey> {
    match body.config_id.as_deref() {
        None | Some("default") => PlainApiKey::parse(&body.key),
        Some(_) => Err(InvalidApiKey::Malformed),
    }
}
