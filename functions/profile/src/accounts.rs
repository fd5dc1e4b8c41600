//! The `accounts` contract: verification of the own address.

use axum::extract::State;
use axum::routing::post;
use axum::{Json, Router};
use shared::contract::accounts::{Body, EmailVerified, Failure, Success, VerifyEmailRequest};
use shared::domain::OneTimeToken;
use shared::domain::one_time::GrantRefused;
use shared::http::{AppState, Meta};

pub fn routes(router: Router<AppState>) -> Router<AppState> {
    router.route("/accounts/v1/auth/verify-email", post(verify_email))
}

async fn verify_email(
    State(app): State<AppState>,
    meta: Meta,
    Body(body): Body<VerifyEmailRequest>,
) -> Result<Json<Success<EmailVerified>>, Failure> {
    let token = OneTimeToken::parse(&body.token).map_err(|_| GrantRefused::Unknown)?;
    let verified = app.core.verify_account_email(&token, &meta.client.ip, meta.now).await?;
    Ok(Json(Success::new(EmailVerified::of(&verified, meta.now)?)))
}
