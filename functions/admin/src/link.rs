//! The page behind the link of a mail with which an administrator chooses a new password. It is part of no contract.

use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use shared::contract::better_auth::Failure;
use shared::contract::link::{self, Link};
use shared::contract::platform::PASSWORD_RULES;
use shared::domain::one_time::{GrantRefused, ResetAdminPassword};
use shared::domain::{KnownDeviceToken, NewPassword, OneTimeToken};
use shared::http::pages::Page;
use shared::http::{AppState, Meta, known_device};
use shared::operations::{ResetAdminPasswordError, ResetPasswordError};

const PAGE: &str = "reset-admin-password";

pub fn routes(router: Router<AppState>) -> Router<AppState> {
    router.route("/link/reset-admin-password", get(open).post(send))
}

/// The page depends on the link only, and reads nothing.
async fn open(State(app): State<AppState>, link: Link) -> Response {
    new_password(&app, &link, None)
}

async fn send(State(app): State<AppState>, meta: Meta, link: Link) -> Response {
    let Some(password) = link.field("newPassword") else {
        return new_password(&app, &link, None);
    };
    let password = match NewPassword::parse(password, PASSWORD_RULES) {
        Ok(password) => password,
        Err(weak) => return new_password(&app, &link, Some(&link::explained_weakness(weak))),
    };
    let failure = match spend(&app, &meta, &link.token, &password).await {
        Ok(device) => {
            let device = known_device::headers(Some(&device), meta.is_cross_site, &app.config);
            return (device, done()).into_response();
        }
        Err(ResetAdminPasswordError::WeakPassword(weak)) => {
            return new_password(&app, &link, Some(&link::explained_weakness(weak)));
        }
        Err(ResetAdminPasswordError::TokenRefused(reason)) => Failure::from(ResetPasswordError::TokenRefused(reason)),
        Err(ResetAdminPasswordError::Interrupted(interruption)) => Failure::from(interruption),
    };
    if link::is_transient(&failure) {
        link::later(new_password(&app, &link, Some(link::LATER)), failure)
    } else {
        link.failed("Your password was not changed", failure)
    }
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

fn new_password(app: &AppState, link: &Link, error: Option<&str>) -> Response {
    let page = Page::NewPassword {
        title: "Choose a new password as an administrator",
        action: &link::path(PAGE, &app.config),
        token: &link.token,
        rule: None,
        min_length: PASSWORD_RULES.min,
        error,
    };
    page.into_response()
}

fn done() -> Page<'static> {
    Page::Done {
        title: "Your password is changed",
        message: "You have been signed out everywhere. Sign in with the new password.",
    }
}
