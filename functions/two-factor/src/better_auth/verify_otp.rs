//! `POST /two-factor/verify-otp`: completes a sign-in with a mailed code, or turns the second factor on.

use axum::extract::State;
use axum::response::Response;
use shared::contract::better_auth::{Body, SecondFactor, VerifyCodeRequest, passed_second_factor};
use shared::http::{AppState, Meta};
use shared::operations::{SecondFactorRefused, VerifySecondFactorCode, VerifySecondFactorCodeError};

use super::refused;

pub async fn verify_otp(
    State(app): State<AppState>,
    meta: Meta,
    SecondFactor(claimant): SecondFactor,
    Body(body): Body<VerifyCodeRequest>,
) -> Response {
    let command = VerifySecondFactorCode {
        code: body.code,
        trust_device: body.trust_device,
        client_ip: meta.client.ip,
    };
    match app.core.verify_second_factor_code(&claimant, command, meta.now).await {
        Ok(passed) => passed_second_factor(&passed, &app.config),
        Err(error) => {
            let is_over = matches!(
                error,
                VerifySecondFactorCodeError::Refused(SecondFactorRefused::ChallengeGone)
            );
            refused(error.into(), is_over, &app)
        }
    }
}
