//! `POST /two-factor/generate-backup-codes`: replaces the remaining backup codes by ten new ones.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use shared::contract::better_auth::{Body, Failure, OwnPasswordRequest, SignedWith};
use shared::http::{AppState, Meta};
use shared::operations::InPerson;

use super::shown;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct BackupCodes<'a> {
    status: bool,
    backup_codes: Vec<&'a str>,
}

pub async fn generate_backup_codes(
    State(app): State<AppState>,
    meta: Meta,
    SignedWith(caller): SignedWith<InPerson>,
    Body(body): Body<OwnPasswordRequest>,
) -> Result<Response, Failure> {
    let codes = app
        .core
        .generate_backup_codes(&caller, &body.password, &meta.client.ip, meta.now)
        .await?;
    let answer = BackupCodes {
        status: true,
        backup_codes: shown(&codes),
    };
    Ok(Json(answer).into_response())
}
