//! The pages behind the links of mails that set a password. None is part of a contract.
//!
//! With a callback, the page of a reset passes the token to the application that requested the mail; without one it
//! asks for the new password itself. The page of the first password takes the tokens of both mails of an account: of
//! the one that verifies the address, and of the invitation.

use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use shared::contract::accounts;
use shared::contract::better_auth::PASSWORD_RULES;
use shared::contract::link::{self, Link, PasswordForm, Question};
use shared::domain::one_time::{GrantRefused, SetPassword, VerifyEmail};
use shared::domain::{self, NewPassword, OneTimeToken};
use shared::http::pages::Page;
use shared::http::{AppState, Meta, known_device};
use shared::operations::{FirstPasswordSet, ResetPasswordError, SetFirstPassword, SetFirstPasswordError};

use super::token;

const RESET: PasswordForm = PasswordForm {
    page: "reset-password",
    title: "Choose a new password",
    rule: None,
    min_length: PASSWORD_RULES.min,
    failed: "Your password was not changed",
};

const FIRST: PasswordForm = PasswordForm {
    page: "set-password",
    title: "Choose your password",
    rule: Some("Use upper and lower case letters, digits and special characters."),
    min_length: accounts::PASSWORD_RULES.min,
    failed: "Your password was not set",
};

const GO_ON: Question<'_> = Question {
    title: "Choose a new password",
    message: "You choose your new password on the next page.",
    button: "Go on",
    is_irreversible: false,
    alternative: None,
};

pub fn routes(router: Router<AppState>) -> Router<AppState> {
    router
        .route("/link/reset-password", get(open).post(send))
        .route("/link/set-password", get(open_first).post(set_first))
}

async fn open(State(app): State<AppState>, link: Link) -> Response {
    if link.callback.is_some() {
        link.ask(RESET.page, &GO_ON, &app.config)
    } else {
        RESET.ask(&link, &app.config)
    }
}

async fn send(State(app): State<AppState>, meta: Meta, link: Link) -> Response {
    match (&link.callback, link.field("newPassword")) {
        (Some(target), _) => hand_over(&app, &meta, &link, target).await,
        (None, Some(password)) => reset(&app, &meta, &link, password).await,
        (None, None) => RESET.ask(&link, &app.config),
    }
}

/// The token stays valid: the page that sets the new password consumes it.
async fn hand_over(app: &AppState, meta: &Meta, link: &Link, target: &domain::Redirect) -> Response {
    match token::check(app, meta, &link.token).await {
        Ok(()) => link::redirect(&target.with_parameter("token", &link.token)),
        Err(error) => link.failed(RESET.failed, error.into()),
    }
}

async fn reset(app: &AppState, meta: &Meta, link: &Link, password: &str) -> Response {
    let password = match NewPassword::parse(password, PASSWORD_RULES) {
        Ok(password) => password,
        Err(weak) => return RESET.refuse(link, weak, &app.config),
    };
    match token::spend(app, meta, &link.token, &password).await {
        Ok(device) => (device, link::password_changed()).into_response(),
        Err(ResetPasswordError::WeakPassword(weak)) => RESET.refuse(link, weak, &app.config),
        Err(error) => RESET.fail(link, error.into(), &app.config),
    }
}

async fn open_first(State(app): State<AppState>, link: Link) -> Response {
    FIRST.ask(&link, &app.config)
}

async fn set_first(State(app): State<AppState>, meta: Meta, link: Link) -> Response {
    let Some(password) = link.field("newPassword") else {
        return FIRST.ask(&link, &app.config);
    };
    let password = match accounts::new_password(password) {
        Ok(password) => password,
        Err(weak) => return FIRST.refuse(&link, weak, &app.config),
    };
    match spend_for_first(&app, &meta, &link.token, &password).await {
        Ok(set) => {
            let device = known_device::headers(Some(&set.device), meta.is_cross_site, &app.config);
            (device, first_done()).into_response()
        }
        Err(SetFirstPasswordError::WeakPassword(weak)) => FIRST.refuse(&link, weak, &app.config),
        Err(error) => FIRST.fail(&link, error.into(), &app.config),
    }
}

async fn spend_for_first(
    app: &AppState,
    meta: &Meta,
    token: &str,
    password: &NewPassword,
) -> Result<FirstPasswordSet, SetFirstPasswordError> {
    let (core, ip, now) = (&app.core, &meta.client.ip, meta.now);
    let command = SetFirstPassword {
        email: None,
        name: None,
        password,
    };
    if let Ok(invited) = OneTimeToken::<SetPassword>::parse(token) {
        return core.set_first_password(&invited, command, ip, now).await;
    }
    let verifying = OneTimeToken::<VerifyEmail>::parse(token).map_err(|_| GrantRefused::Unknown)?;
    core.set_first_password(&verifying, command, ip, now).await
}

fn first_done() -> Page<'static> {
    Page::Done {
        title: "Your password is set",
        message: "Your address is confirmed, too. You can sign in now.",
    }
}
