//! `POST /api-key/delete`: deletes a key with immediate effect.

use axum::Json;
use axum::extract::State;
use shared::contract::better_auth::api_key::DeleteApiKeyRequest;
use shared::contract::better_auth::{Body, Failure, Signed, Success};
use shared::http::{AppState, Meta};

use super::parse_id;

pub async fn delete(
    State(app): State<AppState>,
    meta: Meta,
    Signed(caller): Signed,
    Body(body): Body<DeleteApiKeyRequest>,
) -> Result<Json<Success>, Failure> {
    let id = parse_id(&body.key_id)?;
    app.core.delete_api_key(&caller, id, meta.now).await?;
    Ok(Success::DONE)
}
