//! The `teams` contract: recovery of a forgotten password, from the mail to the new password.

use axum::extract::State;
use axum::routing::post;
use axum::{Json, Router};
use http::HeaderMap;
use shared::contract::Contract;
use shared::contract::teams::{
    Body, Failure, ForgotPasswordRequest, Notice, PASSWORD_RULES, RestorePasswordRequest, TokenRequest,
};
use shared::domain::NewPassword;
use shared::http::{AppState, Meta};
use shared::operations::RequestPasswordReset;

use super::token;

pub fn routes(router: Router<AppState>) -> Router<AppState> {
    router
        .route("/auth/forgot-password", post(forgot_password))
        .route("/auth/validate-restore-token", post(validate_restore_token))
        .route("/auth/restore-password", post(restore_password))
}

/// This contract alone reveals whether an address is known, because its document has a response for an unknown one.
async fn forgot_password(
    State(app): State<AppState>,
    meta: Meta,
    Body(body): Body<ForgotPasswordRequest>,
) -> Result<Json<Notice>, Failure> {
    let command = RequestPasswordReset {
        email: body.email,
        redirect: None,
        captcha: meta.captcha(Contract::Teams, &app),
        client: meta.client,
    };
    if !app.core.request_password_reset(command, meta.now).await? {
        return Err(Failure::not_registered());
    }
    Ok(Json(Notice {
        // The text is the document's.
        message: "Password restoration email send",
        description: "Check your email for further instructions on how to change your password.",
    }))
}

async fn validate_restore_token(
    State(app): State<AppState>,
    meta: Meta,
    Body(body): Body<TokenRequest>,
) -> Result<Json<bool>, Failure> {
    token::check(&app, &meta, &body.token).await?;
    Ok(Json(true))
}

async fn restore_password(
    State(app): State<AppState>,
    meta: Meta,
    Body(body): Body<RestorePasswordRequest>,
) -> Result<(HeaderMap, Json<Notice>), Failure> {
    let password = NewPassword::parse(&body.new_password, PASSWORD_RULES)?;
    let device = token::spend(&app, &meta, &body.token, &password).await?;
    let answer = Notice {
        message: "Password restored successfully",
        description: "Your password has been changed successfully.",
    };
    Ok((device, Json(answer)))
}
