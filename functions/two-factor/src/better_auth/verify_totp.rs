//! `POST /two-factor/verify-totp`: completes a sign-in with a code of the authenticator app; the first code turns the
//! second factor on.

use axum::extract::State;
use axum::response::Response;
use shared::contract::better_auth::{Body, SecondFactor, VerifyCodeRequest, passed_second_factor};
use shared::http::{AppState, Meta};
use shared::operations::{SecondFactorRefused, VerifyTotp, VerifyTotpError};

use super::refused;

pub async fn verify_totp(
    State(app): State<AppState>,
    meta: Meta,
    SecondFactor(claimant): SecondFactor,
    Body(body): Body<VerifyCodeRequest>,
) -> Response {
    let command = VerifyTotp {
        code: body.code,
        trust_device: body.trust_device,
        client_ip: meta.client.ip,
    };
    match app.core.verify_totp(&claimant, command, meta.now).await {
        Ok(passed) => passed_second_factor(&passed, &app.config),
        Err(error) => {
            let is_over = matches!(error, VerifyTotpError::Refused(SecondFactorRefused::ChallengeGone));
            refused(error.into(), is_over, &app)
        }
    }
}
