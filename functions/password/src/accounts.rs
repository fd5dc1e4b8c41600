//! The `accounts` contract: forgotten passwords, first passwords, and the change of the own one.

use axum::extract::State;
use axum::routing::post;
use axum::{Json, Router};
use http::HeaderMap;
use shared::contract::Contract;
use shared::contract::accounts::{
    BearerWith, Body, ChangePasswordRequest, Failure, ForgotPasswordRequest, PasswordChanged, PasswordReset,
    PasswordSet, ResetPasswordRequest, ResetRequested, SetPasswordRequest, Success, new_password,
};
use shared::domain::one_time::{GrantRefused, SetPassword};
use shared::domain::{NewPassword, OneTimeToken};
use shared::http::{AppState, Meta, known_device};
use shared::operations::{ChangePassword, InPerson, OtherSessions, RequestPasswordReset, SetFirstPassword};

use super::token;

pub fn routes(router: Router<AppState>) -> Router<AppState> {
    router
        .route("/accounts/v1/auth/forgot-password", post(forgot_password))
        .route("/accounts/v1/auth/reset-password", post(reset_password))
        .route("/accounts/v1/auth/set-password", post(set_password))
        .route("/accounts/v1/auth/change-password", post(change_password))
}

/// The answer is the same for an unknown address, to prevent enumeration.
async fn forgot_password(
    State(app): State<AppState>,
    meta: Meta,
    Body(body): Body<ForgotPasswordRequest>,
) -> Result<Json<Success<ResetRequested>>, Failure> {
    let requested = ResetRequested::of(&body.email, app.config.settings.reset_password_lifetime);
    let command = RequestPasswordReset {
        email: body.email,
        redirect: None,
        captcha: meta.captcha(Contract::Accounts, &app),
        client: meta.client,
    };
    app.core.request_password_reset(command, meta.now).await?;
    Ok(Json(Success::new(requested)))
}

/// A refused password does not consume the token.
async fn reset_password(
    State(app): State<AppState>,
    meta: Meta,
    Body(body): Body<ResetPasswordRequest>,
) -> Result<(HeaderMap, Json<Success<PasswordReset>>), Failure> {
    let password = chosen("newPassword", &body.new_password)?;
    let (before, device) = token::reset(&app, &meta, &body.token, &password).await?;
    let revoked_sessions = app.core.count_ended_sessions(&before, None, meta.now).await?;
    let reset = PasswordReset {
        email: before.email.to_string(),
        revoked_sessions,
    };
    Ok((device, Json(Success::new(reset))))
}

/// A refused password does not consume the token.
async fn set_password(
    State(app): State<AppState>,
    meta: Meta,
    Body(body): Body<SetPasswordRequest>,
) -> Result<(HeaderMap, Json<Success<PasswordSet>>), Failure> {
    let password = chosen("password", &body.password)?;
    let token = OneTimeToken::<SetPassword>::parse(&body.token).map_err(|_| GrantRefused::Unknown)?;
    let command = SetFirstPassword {
        email: Some(&body.email),
        name: None,
        password: &password,
    };
    let set = app
        .core
        .set_first_password(&token, command, &meta.client.ip, meta.now)
        .await?;
    let device = known_device::headers(Some(&set.device), meta.is_cross_site, &app.config);
    Ok((device, Json(Success::new(PasswordSet::of(&set.user)?))))
}

/// The caller's own tokens stay valid, because the answer has no room for others.
async fn change_password(
    State(app): State<AppState>,
    meta: Meta,
    BearerWith(caller): BearerWith<InPerson>,
    Body(body): Body<ChangePasswordRequest>,
) -> Result<(HeaderMap, Json<Success<PasswordChanged>>), Failure> {
    let command = ChangePassword {
        current: body.current_password,
        new: chosen("newPassword", &body.new_password)?,
        other_sessions: OtherSessions::Ended,
        client: meta.client,
    };
    let changed = app.core.change_password(&caller, command, meta.now).await?;
    let revoked_sessions = app
        .core
        .count_ended_sessions(&changed.before, Some(caller.session.id), meta.now)
        .await?;
    let device = known_device::headers(Some(&changed.device), meta.is_cross_site, &app.config);
    let changed = PasswordChanged {
        changed_at: meta.now,
        revoked_sessions,
    };
    Ok((device, Json(Success::new(changed))))
}

fn chosen(field: &str, text: &str) -> Result<NewPassword, Failure> {
    new_password(text).map_err(|weak| Failure::weak_password(field, weak))
}
