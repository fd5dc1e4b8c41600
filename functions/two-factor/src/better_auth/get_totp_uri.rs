//! `POST /two-factor/get-totp-uri`: shows the secret of the authenticator app again, for another device.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use shared::contract::better_auth::{Body, Failure, OwnPasswordRequest, SignedWith};
use shared::http::{AppState, Meta};
use shared::operations::InPerson;

#[derive(Serialize)]
pub struct TotpUri {
    #[serde(rename = "totpURI")]
    totp_uri: String,
}

pub async fn get_totp_uri(
    State(app): State<AppState>,
    meta: Meta,
    SignedWith(caller): SignedWith<InPerson>,
    Body(body): Body<OwnPasswordRequest>,
) -> Result<Json<TotpUri>, Failure> {
    let secret = app
        .core
        .show_totp_secret(&caller, &body.password, &meta.client.ip, meta.now)
        .await?;
    Ok(Json(TotpUri {
        totp_uri: secret.uri(&app.config.brand.name, caller.user.email.as_str()),
    }))
}
