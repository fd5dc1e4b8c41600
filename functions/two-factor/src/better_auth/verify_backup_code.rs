//! `POST /two-factor/verify-backup-code`: completes a sign-in with a backup code, or only verifies the code, without a
//! session.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use shared::contract::better_auth::{Body, SecondFactor, User, VerifyBackupCodeRequest, passed_second_factor};
use shared::http::{AppState, Meta};
use shared::operations::{SecondFactorRefused, VerifyBackupCode, VerifyBackupCodeError};

use super::refused;

/// The response without a session.
#[derive(Serialize)]
struct Verified {
    user: User,
}

pub async fn verify_backup_code(
    State(app): State<AppState>,
    meta: Meta,
    SecondFactor(claimant): SecondFactor,
    Body(body): Body<VerifyBackupCodeRequest>,
) -> Response {
    let command = VerifyBackupCode {
        code: body.code,
        trust_device: body.trust_device,
        open_session: !body.disable_session,
        client_ip: meta.client.ip,
    };
    match app.core.verify_backup_code(&claimant, command, meta.now).await {
        Ok(Some(passed)) => passed_second_factor(&passed, &app.config),
        Ok(None) => Json(Verified {
            user: User::from(claimant.user()),
        })
        .into_response(),
        Err(error) => {
            let is_over = matches!(
                error,
                VerifyBackupCodeError::Refused(SecondFactorRefused::ChallengeGone)
            );
            refused(error.into(), is_over, &app)
        }
    }
}
