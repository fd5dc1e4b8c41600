//! The passwords of administrators: the change with the old one, and the reset by mail.

use axum::extract::State;
use axum::routing::{post, put};
use axum::{Json, Router};
use http::HeaderMap;
use shared::contract::platform::{
    AdminChangePassword, AdminConfirmResetPassword, AdminResetPassword, AdministratorWithPassword, AuthenticationLimit,
    Body, Failure, Message,
};
use shared::domain::OneTimeToken;
use shared::domain::one_time::ResetAdminPassword;
use shared::http::{AppState, Meta, known_device};
use shared::operations::ChangeAdminPassword;

pub fn routes(router: Router<AppState>) -> Router<AppState> {
    router
        .route("/v1/admin/password", put(change_password))
        .route("/v1/admin/password/reset-request", post(request_reset))
        .route("/v1/admin/password/reset-confirm", post(confirm_reset))
}

/// The caller's own tokens stay valid, because the answer has no room for others.
async fn change_password(
    State(app): State<AppState>,
    meta: Meta,
    AdministratorWithPassword(caller): AdministratorWithPassword,
    Body(body): Body<AdminChangePassword>,
) -> Result<(HeaderMap, Json<Message>), Failure> {
    let command = ChangeAdminPassword {
        new: body.password()?,
        current: body.current_password,
        client: meta.client,
    };
    let changed = app.core.change_admin_password(&caller, command, meta.now).await?;
    let device = known_device::headers(Some(&changed.device), meta.is_cross_site, &app.config);
    Ok((device, Json(Message::new("Password changed successfully"))))
}

/// The answer is the same for an unknown address, to prevent enumeration.
async fn request_reset(
    State(app): State<AppState>,
    meta: Meta,
    _: AuthenticationLimit,
    Body(body): Body<AdminResetPassword>,
) -> Result<Json<Message>, Failure> {
    app.core.request_admin_password_reset(&body.email, meta.now).await?;
    Ok(Json(Message::new(
        "If an administrator has the address, a mail with a link was sent to it",
    )))
}

/// A refused password does not consume the token.
async fn confirm_reset(
    State(app): State<AppState>,
    meta: Meta,
    _: AuthenticationLimit,
    Body(body): Body<AdminConfirmResetPassword>,
) -> Result<(HeaderMap, Json<Message>), Failure> {
    let password = body.password()?;
    let token = OneTimeToken::<ResetAdminPassword>::parse(&body.token).map_err(|_| Failure::reset_token_refused())?;
    let device = app
        .core
        .reset_admin_password(&token, &password, &meta.client.ip, meta.now)
        .await?;
    let device = known_device::headers(Some(&device), meta.is_cross_site, &app.config);
    Ok((device, Json(Message::new("Password reset successfully"))))
}
