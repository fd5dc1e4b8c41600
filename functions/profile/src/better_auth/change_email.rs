//! `POST /change-email`: asks the new address for confirmation. Until then nothing changes.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use shared::contract::better_auth::{Body, ChangeEmailRequest, Failure, SignedWith, callback};
use shared::http::{AppState, Meta};
use shared::operations::{ChangeEmail, StepUp};

#[derive(Serialize)]
pub struct Requested {
    status: bool,
    message: &'static str,
}

/// A taken address gets the same response as a free one, to prevent enumeration.
pub async fn change_email(
    State(app): State<AppState>,
    meta: Meta,
    SignedWith(caller): SignedWith<StepUp>,
    Body(body): Body<ChangeEmailRequest>,
) -> Result<Json<Requested>, Failure> {
    let command = ChangeEmail {
        callback: callback(body.callback_url.as_deref(), &meta, &app.config)?,
        new_email: body.new_email,
        client_ip: meta.client.ip,
    };
    app.core.request_email_change(&caller, command, meta.now).await?;
    Ok(Json(Requested {
        status: true,
        message: "Verification email sent",
    }))
}
