//! `POST /send-verification-email`: sends the mail that verifies an address again.

use axum::Json;
use axum::extract::State;
use shared::contract::better_auth::{Body, Failure, SendVerificationEmailRequest, Status, Visitor, callback};
use shared::http::{AppState, Meta};
use shared::operations::SendVerificationEmail;

/// Without a session the response is the same for every address, to prevent enumeration.
pub async fn send_verification_email(
    State(app): State<AppState>,
    meta: Meta,
    Visitor { caller, .. }: Visitor,
    Body(body): Body<SendVerificationEmailRequest>,
) -> Result<Json<Status>, Failure> {
    let command = SendVerificationEmail {
        callback: callback(body.callback_url.as_deref(), &meta, &app.config)?,
        email: body.email,
        client_ip: meta.client.ip,
    };
    app.core
        .send_verification_email(caller.as_ref(), command, meta.now)
        .await?;
    Ok(Status::DONE)
}
