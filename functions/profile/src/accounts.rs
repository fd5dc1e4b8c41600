//! The `accounts` contract: verification of the own address, and the mails for it that administrators have sent again.

use axum::extract::State;
use axum::routing::post;
use axum::{Json, Router};
use shared::contract::accounts::{
    BearerWith, Body, EmailVerified, Failure, Reminders, RemindersRequest, ResendVerificationRequest, Success,
    VerificationResent, VerifyEmailRequest,
};
use shared::domain::OneTimeToken;
use shared::domain::one_time::GrantRefused;
use shared::http::{AppState, Meta};
use shared::operations::StepUp;

pub fn routes(router: Router<AppState>) -> Router<AppState> {
    router
        .route("/accounts/v1/auth/verify-email", post(verify_email))
        .route("/accounts/v1/users/resend-verification", post(resend_verification))
        .route("/accounts/v1/users/verification-reminders", post(send_reminders))
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

async fn resend_verification(
    State(app): State<AppState>,
    meta: Meta,
    BearerWith(caller, ..): BearerWith<StepUp>,
    Body(body): Body<ResendVerificationRequest>,
) -> Result<Json<Success<VerificationResent>>, Failure> {
    let reminded = app.core.remind_account_user(&caller, &body.email, meta.now).await?;
    Ok(Json(Success::new(VerificationResent::of(
        &body.email,
        reminded,
        meta.now,
    ))))
}

async fn send_reminders(
    State(app): State<AppState>,
    meta: Meta,
    BearerWith(caller, ..): BearerWith<StepUp>,
    Body(body): Body<RemindersRequest>,
) -> Result<Json<Success<Reminders>>, Failure> {
    let outcomes = app.core.remind_account_users(&caller, &body.users, meta.now).await?;
    Ok(Json(Success::new(Reminders::of(&body.users, &outcomes))))
}
