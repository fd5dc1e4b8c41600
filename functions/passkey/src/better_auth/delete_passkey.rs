//! `POST /passkey/delete-passkey`: deletes a passkey of the caller.

use axum::Json;
use axum::extract::State;
use http::StatusCode;
use shared::contract::better_auth::{Body, DeletePasskeyRequest, Failure, SignedWith, Status};
use shared::http::{AppState, Meta};
use shared::operations::StepUp;

pub async fn delete_passkey(
    State(app): State<AppState>,
    meta: Meta,
    SignedWith(caller): SignedWith<StepUp>,
    Body(body): Body<DeletePasskeyRequest>,
) -> Result<Json<Status>, Failure> {
    let unknown = |_| Failure::passkey_not_found(StatusCode::NOT_FOUND);
    let id = body.id.parse().map_err(unknown)?;
    app.core.delete_passkey(&caller, id, meta.now).await?;
    Ok(Status::DONE)
}
