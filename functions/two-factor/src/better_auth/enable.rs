//! `POST /two-factor/enable`: enrolls an authenticator app, which becomes active with its first verified code, or turns
//! on codes by mail.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use shared::contract::better_auth::{
    Body, EnableTwoFactorRequest, Failure, SignedWith, TwoFactorMethod, with_renewed_session,
};
use shared::http::{AppState, Meta};
use shared::operations::InPerson;

use super::shown;

#[derive(Serialize)]
struct Enabled<'a> {
    method: &'static str,
    #[serde(rename = "totpURI", skip_serializing_if = "Option::is_none")]
    totp_uri: Option<String>,
    #[serde(rename = "backupCodes", skip_serializing_if = "Option::is_none")]
    backup_codes: Option<Vec<&'a str>>,
}

pub async fn enable(
    State(app): State<AppState>,
    meta: Meta,
    SignedWith(caller): SignedWith<InPerson>,
    Body(body): Body<EnableTwoFactorRequest>,
) -> Result<Response, Failure> {
    let (core, ip) = (&app.core, &meta.client.ip);
    if body.method == TwoFactorMethod::Otp {
        let renewed = core.enable_mailed_codes(&caller, &body.password, ip, meta.now).await?;
        let answer = Json(Enabled {
            method: body.method.as_str(),
            totp_uri: None,
            backup_codes: None,
        });
        return Ok(with_renewed_session(answer, &caller, &renewed, &app.config));
    }
    let enrolled = core.enroll_authenticator(&caller, &body.password, ip, meta.now).await?;
    let issuer = body.issuer.as_deref().unwrap_or(&app.config.brand.name);
    let answer = Enabled {
        method: body.method.as_str(),
        totp_uri: Some(enrolled.secret.uri(issuer, enrolled.user.email.as_str())),
        backup_codes: Some(shown(&enrolled.backup_codes)),
    };
    Ok(Json(answer).into_response())
}
