//! `POST /api-key/delete`: deletes a key with immediate effect.

use axum::Json;
use axum::extract::State;
use shared::contract::better_auth::api_key::DeleteApiKeyRequest;
use shared::contract::better_auth::{Body, Failure, SignedWith, Success};
use shared::http::{AppState, Meta};
use shared::operations::StepUp;

use super::parse_id;

pub async fn delete(
    State(app): State<AppState>,
    meta: Meta,
    SignedWith(caller): SignedWith<StepUp>,
    Body(body): Body<DeleteApiKeyRequest>,
) -> Result<Json<Success>, Failure> {
    let id = parse_id(&body.key_id)?;
    app.core.delete_api_key(&caller, id, meta.now).await?;
    Ok(Success::DONE)
}
