//! The `platform` contract: forgotten passwords, and the change of the own one.

use axum::extract::State;
use axum::routing::post;
use axum::{Json, Router};
use http::HeaderMap;
use shared::contract::Contract;
use shared::contract::platform::{
    AuthenticationLimit, BearerWith, Body, ChangePasswordRequest, Failure, ForgotPasswordRequest, Message,
    ResetPasswordRequest,
};
use shared::http::{AppState, Meta, known_device};
use shared::operations::{ChangePassword, InPerson, OtherSessions, RequestPasswordReset};

use super::token;

pub fn routes(router: Router<AppState>) -> Router<AppState> {
    router
        .route("/v1/auth/forgot-password", post(forgot_password))
        .route("/v1/auth/reset-password", post(reset_password))
        .route("/v1/auth/change-password", post(change_password))
}

/// The answer is the same for an unknown address, to prevent enumeration.
async fn forgot_password(
    State(app): State<AppState>,
    meta: Meta,
    _: AuthenticationLimit,
    Body(body): Body<ForgotPasswordRequest>,
) -> Result<Json<Message>, Failure> {
    let command = RequestPasswordReset {
        email: body.email,
        redirect: None,
        captcha: meta.captcha(Contract::Platform, &app),
        client: meta.client,
    };
    app.core.request_password_reset(command, meta.now).await?;
    Ok(Json(Message::new(
        "If the address is known, a mail with further instructions is on its way",
    )))
}

/// A refused password does not consume the token.
async fn reset_password(
    State(app): State<AppState>,
    meta: Meta,
    _: AuthenticationLimit,
    Body(body): Body<ResetPasswordRequest>,
) -> Result<(HeaderMap, Json<Message>), Failure> {
    let device = token::spend(&app, &meta, &body.token, &body.password()?).await?;
    Ok((device, Json(Message::new("Password reset successfully"))))
}

/// The caller's own tokens stay valid, because the answer has no room for others.
async fn change_password(
    State(app): State<AppState>,
    meta: Meta,
    _: AuthenticationLimit,
    BearerWith(caller): BearerWith<InPerson>,
    Body(body): Body<ChangePasswordRequest>,
) -> Result<(HeaderMap, Json<Message>), Failure> {
    let command = ChangePassword {
        new: body.new_password()?,
        current: body.old_password,
        other_sessions: OtherSessions::Ended,
        client: meta.client,
    };
    let changed = app.core.change_password(&caller, command, meta.now).await?;
    let device = known_device::headers(Some(&changed.device), meta.is_cross_site, &app.config);
    Ok((device, Json(Message::new("Password changed successfully"))))
}
