//! `POST /api-key/create`: creates a key. Only this response contains its secret.

use axum::Json;
use axum::extract::State;
use shared::contract::better_auth::api_key::{ApiKey, CreateApiKeyRequest, CreatedApiKey};
use shared::contract::better_auth::{Body, Failure};
use shared::domain::api_key::{KeyLimit, KeyName, KeyPrefix, KeyTerms};
use shared::http::{AppState, Meta};

use super::{KeyOwner, check_owner, lifetime, metadata};

pub async fn create(
    State(app): State<AppState>,
    meta: Meta,
    KeyOwner(caller): KeyOwner,
    Body(body): Body<CreateApiKeyRequest>,
) -> Result<Json<CreatedApiKey>, Failure> {
    check_owner(body.user_id.as_deref(), caller.user.id)?;
    let terms = terms(body, app.config.settings.api_key_limit)?;
    let created = app.core.create_api_key(&caller, terms, meta.now).await?;
    Ok(Json(CreatedApiKey {
        api_key: ApiKey::from(&created.key),
        key: created.text.as_str().to_owned(),
    }))
}

fn terms(body: CreateApiKeyRequest, limit: KeyLimit) -> Result<KeyTerms, Failure> {
    if body.has_server_property {
        return Err(Failure::server_only_property());
    }
    Ok(KeyTerms {
        metadata: body.metadata.map(metadata).transpose()?,
        lifetime: body.expires_in.map(lifetime).transpose()?,
        prefix: body.prefix.as_deref().map(KeyPrefix::parse).transpose()?,
        name: body.name.as_deref().map(KeyName::parse).transpose()?,
        limit,
        ..KeyTerms::default()
    })
}
