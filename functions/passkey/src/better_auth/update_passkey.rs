//! `POST /passkey/update-passkey`: renames a passkey of the caller.

use axum::Json;
use axum::extract::State;
use http::StatusCode;
use serde::Serialize;
use shared::contract::better_auth::{Body, Failure, Passkey, SignedWith, UpdatePasskeyRequest};
use shared::http::{AppState, Meta};
use shared::operations::InPerson;

#[derive(Serialize)]
pub struct UpdatedPasskey {
    passkey: Passkey,
}

pub async fn update_passkey(
    State(app): State<AppState>,
    meta: Meta,
    SignedWith(caller): SignedWith<InPerson>,
    Body(body): Body<UpdatePasskeyRequest>,
) -> Result<Json<UpdatedPasskey>, Failure> {
    let unknown = |_| Failure::passkey_not_found(StatusCode::NOT_FOUND);
    let id = body.id.parse().map_err(unknown)?;
    let passkey = app.core.rename_passkey(&caller, id, body.name, meta.now).await?;
    Ok(Json(UpdatedPasskey {
        passkey: Passkey::from(&passkey),
    }))
}
