//! The page behind the link of a mail with which an administrator chooses a new password. It is part of no contract.

use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use shared::contract::better_auth::Failure;
use shared::contract::link::{self, Link, PasswordForm};
use shared::contract::platform::PASSWORD_RULES;
use shared::domain::one_time::{GrantRefused, ResetAdminPassword};
use shared::domain::{KnownDeviceToken, NewPassword, OneTimeToken};
use shared::http::{AppState, Meta, known_device};
use shared::operations::{ResetAdminPasswordError, ResetPasswordError};

const FORM: PasswordForm = PasswordForm {
    page: "reset-admin-password",
    title: "page-admin-password-title",
    rules: PASSWORD_RULES,
    needs_classes: false,
    failed: "page-password-not-changed-title",
    mails_again: false,
};

pub fn routes(router: Router<AppState>) -> Router<AppState> {
    router.route("/link/reset-admin-password", get(open).post(send))
}

async fn open(link: Link) -> Response {
    FORM.ask(&link)
}

async fn send(State(app): State<AppState>, meta: Meta, link: Link) -> Response {
    let Some(password) = link.field("newPassword") else {
        return FORM.ask(&link);
    };
    let password = match NewPassword::parse(password, PASSWORD_RULES) {
        Ok(password) => password,
        Err(weak) => return FORM.refuse(&link, weak),
    };
    let failure = match spend(&app, &meta, &link.token, &password).await {
        Ok(device) => {
            let device = known_device::headers(Some(&device), meta.is_cross_site, &app.config);
            return (device, link.show(&link::password_changed())).into_response();
        }
        Err(ResetAdminPasswordError::WeakPassword(weak)) => return FORM.refuse(&link, weak),
        Err(ResetAdminPasswordError::TokenRefused(reason)) => Failure::from(ResetPasswordError::TokenRefused(reason)),
        Err(ResetAdminPasswordError::Interrupted(interruption)) => Failure::from(interruption),
    };
    FORM.fail(&link, failure)
}

async fn spend(
    app: &AppState,
    meta: &Meta,
    token: &str,
    password: &NewPassword,
) -> Result<KnownDeviceToken, ResetAdminPasswordError> {
    let token = OneTimeToken::<ResetAdminPassword>::parse(token).map_err(|_| GrantRefused::Unknown)?;
    app.core
        .reset_admin_password(&token, password, &meta.client.ip, meta.now)
        .await
}
