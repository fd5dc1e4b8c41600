//! `POST /two-factor/send-otp`: sends a code by mail, for the current sign-in or session.

use axum::Json;
use axum::extract::State;
use shared::contract::better_auth::{Body, Failure, Nothing, SecondFactor, Status};
use shared::http::{AppState, Meta};

pub async fn send_otp(
    State(app): State<AppState>,
    meta: Meta,
    SecondFactor(claimant): SecondFactor,
    Body(Nothing): Body<Nothing>,
) -> Result<Json<Status>, Failure> {
    app.core
        .send_second_factor_code(&claimant, &meta.client.ip, meta.now)
        .await?;
    Ok(Status::DONE)
}
