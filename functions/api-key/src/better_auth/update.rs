//! `POST /api-key/update`: changes a key of the caller.

use axum::Json;
use axum::extract::State;
use shared::contract::better_auth::api_key::{ApiKey, UpdateApiKeyRequest};
use shared::contract::better_auth::{Body, Failure};
use shared::domain::Patch;
use shared::domain::api_key::KeyName;
use shared::http::{AppState, Meta};
use shared::operations::UpdateApiKey;

use super::{KeyOwner, check_owner, lifetime, metadata, parse_id};

pub async fn update(
    State(app): State<AppState>,
    meta: Meta,
    KeyOwner(caller): KeyOwner,
    Body(body): Body<UpdateApiKeyRequest>,
) -> Result<Json<ApiKey>, Failure> {
    check_owner(body.user_id.as_deref(), caller.user.id)?;
    let (key_id, command) = (body.key_id.clone(), command(body)?);
    let id = parse_id(&key_id)?;
    let key = app.core.update_api_key(&caller, id, command, meta.now).await?;
    Ok(Json(ApiKey::from(&key)))
}

fn command(body: UpdateApiKeyRequest) -> Result<UpdateApiKey, Failure> {
    if body.has_server_property {
        return Err(Failure::server_only_property());
    }
    let command = UpdateApiKey {
        name: body.name.as_deref().map(KeyName::parse).transpose()?,
        enabled: body.enabled,
        lifetime: body.expires_in.try_map(lifetime)?,
        metadata: body.metadata.try_map(metadata)?,
    };
    let says_something = command.name.is_some()
        || command.enabled.is_some()
        || command.lifetime != Patch::Keep
        || command.metadata != Patch::Keep;
    if says_something {
        Ok(command)
    } else {
        Err(Failure::no_values_to_update())
    }
}
