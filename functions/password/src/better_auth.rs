//! The `better_auth` contract: requesting a reset, resetting with the token of the mail, and changing or checking a
//! known password.

use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use http::{HeaderMap, StatusCode};
use serde::Serialize;
use shared::contract::Contract;
use shared::contract::better_auth::{
    Body, ChangePasswordRequest, Failure, ForgetPasswordRequest, PASSWORD_RULES, Query, ResetPasswordCallbackQuery,
    ResetPasswordQuery, ResetPasswordRequest, SignedWith, Status, User, VerifyPasswordRequest, callback, check_origin,
    found, redirect_to, with_renewed_session,
};
use shared::domain::NewPassword;
use shared::http::{AppState, Meta, known_device};
use shared::operations::{ChangePassword, CheckResetTokenError, InPerson, OtherSessions, RequestPasswordReset};

use super::token;

pub fn routes(state: &AppState) -> Router<AppState> {
    Router::new()
        .route("/api/auth/forget-password", post(request_password_reset))
        .route("/api/auth/request-password-reset", post(request_password_reset))
        .route("/api/auth/reset-password", post(reset_password))
        .route("/api/auth/reset-password/{token}", get(reset_password_callback))
        .route("/api/auth/change-password", post(change_password))
        .route("/api/auth/verify-password", post(verify_password))
        .route_layer(from_fn_with_state(state.clone(), check_origin))
}

#[derive(Serialize)]
struct ResetRequested {
    status: bool,
    message: &'static str,
}

#[derive(Serialize)]
struct PasswordChanged {
    /// The token of the new session, if the request revoked the other sessions.
    token: Option<String>,
    user: User,
}

async fn request_password_reset(
    State(app): State<AppState>,
    meta: Meta,
    Body(body): Body<ForgetPasswordRequest>,
) -> Result<Json<ResetRequested>, Failure> {
    let command = RequestPasswordReset {
        redirect: redirect_to(body.redirect_to.as_deref(), &meta, &app.config)?,
        email: body.email,
        captcha: meta.captcha(Contract::BetterAuth, &app),
        client: meta.client,
    };
    // The response is the same for an unknown address, to prevent enumeration.
    app.core.request_password_reset(command, meta.now).await?;
    Ok(Json(ResetRequested {
        status: true,
        message: "If this email exists in our system, check your email for the reset link",
    }))
}

/// A rejected password does not consume the token.
async fn reset_password(
    State(app): State<AppState>,
    meta: Meta,
    Query(query): Query<ResetPasswordQuery>,
    Body(body): Body<ResetPasswordRequest>,
) -> Result<(HeaderMap, Json<Status>), Failure> {
    let token = body.token.or(query.token).ok_or_else(invalid_token)?;
    let password = NewPassword::parse(&body.new_password, PASSWORD_RULES)?;
    let device = token::spend(&app, &meta, &token, &password).await?;
    Ok((device, Status::DONE))
}

/// Passes a valid token to the page that asks for the new password, without consuming it.
async fn reset_password_callback(
    State(app): State<AppState>,
    meta: Meta,
    token: Result<Path<String>, PathRejection>,
    Query(query): Query<ResetPasswordCallbackQuery>,
) -> Result<Response, Failure> {
    let target = callback(Some(&query.callback_url), &meta, &app.config)?;
    let target = target.ok_or_else(Failure::invalid_callback_url)?;
    // A value that is not text is answered like an unknown token.
    let token = token.map(|Path(text)| text).unwrap_or_default();
    match token::check(&app, &meta, &token).await {
        Ok(()) => Ok(found(&target.with_parameter("token", &token))),
        Err(CheckResetTokenError::TokenRefused(_)) => {
            Ok(found(&target.with_parameter("error", invalid_token().code())))
        }
        Err(interrupted) => Err(interrupted.into()),
    }
}

async fn change_password(
    State(app): State<AppState>,
    meta: Meta,
    SignedWith(caller): SignedWith<InPerson>,
    Body(body): Body<ChangePasswordRequest>,
) -> Result<Response, Failure> {
    let command = ChangePassword {
        current: body.current_password,
        new: NewPassword::parse(&body.new_password, PASSWORD_RULES)?,
        other_sessions: if body.revoke_other_sessions {
            OtherSessions::EndedAndOwnRenewed
        } else {
            OtherSessions::Kept
        },
        client: meta.client,
    };
    let changed = app.core.change_password(&caller, command, meta.now).await?;
    let answer = PasswordChanged {
        token: changed.session.as_ref().map(|opened| opened.token.to_string()),
        user: User::from(&changed.user),
    };
    let mut response = Json(answer).into_response();
    known_device::set(&mut response, Some(&changed.device), &app.config);
    Ok(match &changed.session {
        Some(renewed) => with_renewed_session(response, &caller, renewed, &app.config),
        None => response,
    })
}

/// Asks for the password of the caller again. Nothing changes.
async fn verify_password(
    State(app): State<AppState>,
    meta: Meta,
    SignedWith(caller): SignedWith<InPerson>,
    Body(body): Body<VerifyPasswordRequest>,
) -> Result<Json<Status>, Failure> {
    app.core
        .verify_own_password(&caller, &body.password, &meta.client.ip, meta.now)
        .await?;
    Ok(Status::DONE)
}

fn invalid_token() -> Failure {
    Failure::invalid_token(StatusCode::BAD_REQUEST)
}
