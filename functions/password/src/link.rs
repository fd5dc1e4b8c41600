//! The pages behind the links of mails that set a password. None is part of a contract.
//!
//! With a callback, the page of a reset passes the token to the application that requested the mail; without one it asks
//! for the new password itself. The page of the first password takes the tokens of both mails of an account: of the one
//! that verifies the address, and of the invitation.

use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use shared::contract::accounts;
use shared::contract::better_auth::{Failure, PASSWORD_RULES};
use shared::contract::link::{self, Link, Question};
use shared::domain::one_time::{GrantRefused, SetPassword, VerifyEmail};
use shared::domain::{self, NewPassword, OneTimeToken};
use shared::http::pages::Page;
use shared::http::{AppState, Meta, known_device};
use shared::operations::{FirstPasswordSet, ResetPasswordError, SetFirstPassword, SetFirstPasswordError};

use super::token;

const PAGE: &str = "reset-password";
const FAILED: &str = "Your password was not changed";

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

/// The page depends on the link only, and reads nothing.
async fn open(State(app): State<AppState>, link: Link) -> Response {
    if link.callback.is_some() {
        link.ask(PAGE, &GO_ON, &app.config)
    } else {
        new_password(&app, &link, None)
    }
}

async fn send(State(app): State<AppState>, meta: Meta, link: Link) -> Response {
    match (&link.callback, link.field("newPassword")) {
        (Some(target), _) => hand_over(&app, &meta, &link, target).await,
        (None, Some(password)) => reset(&app, &meta, &link, password).await,
        (None, None) => new_password(&app, &link, None),
    }
}

/// The token stays valid: the page that sets the new password consumes it.
async fn hand_over(app: &AppState, meta: &Meta, link: &Link, target: &domain::Redirect) -> Response {
    match token::check(app, meta, &link.token).await {
        Ok(()) => link::redirect(&target.with_parameter("token", &link.token)),
        Err(error) => link.failed(FAILED, error.into()),
    }
}

async fn reset(app: &AppState, meta: &Meta, link: &Link, password: &str) -> Response {
    let password = match NewPassword::parse(password, PASSWORD_RULES) {
        Ok(password) => password,
        Err(weak) => return new_password(app, link, Some(&link::explained_weakness(weak))),
    };
    let failure = match token::spend(app, meta, &link.token, &password).await {
        Ok(device) => return (device, done()).into_response(),
        Err(ResetPasswordError::WeakPassword(weak)) => {
            return new_password(app, link, Some(&link::explained_weakness(weak)));
        }
        Err(error) => Failure::from(error),
    };
    if link::is_transient(&failure) {
        // The user can submit the password again from this page.
        link::later(new_password(app, link, Some(link::LATER)), failure)
    } else {
        link.failed(FAILED, failure)
    }
}

fn new_password(app: &AppState, link: &Link, error: Option<&str>) -> Response {
    let page = Page::NewPassword {
        title: "Choose a new password",
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

async fn open_first(State(app): State<AppState>, link: Link) -> Response {
    first_password(&app, &link, None)
}

async fn set_first(State(app): State<AppState>, meta: Meta, link: Link) -> Response {
    let Some(password) = link.field("newPassword") else {
        return first_password(&app, &link, None);
    };
    let password = match accounts::new_password(password) {
        Ok(password) => password,
        Err(weak) => return first_password(&app, &link, Some(&link::explained_weakness(weak))),
    };
    let failure = match spend_for_first(&app, &meta, &link.token, &password).await {
        Ok(set) => {
            let device = known_device::headers(Some(&set.device), meta.is_cross_site, &app.config);
            return (device, first_done()).into_response();
        }
        Err(SetFirstPasswordError::WeakPassword(weak)) => {
            return first_password(&app, &link, Some(&link::explained_weakness(weak)));
        }
        Err(error) => Failure::from(error),
    };
    if link::is_transient(&failure) {
        link::later(first_password(&app, &link, Some(link::LATER)), failure)
    } else {
        link.failed("Your password was not set", failure)
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

fn first_password(app: &AppState, link: &Link, error: Option<&str>) -> Response {
    let page = Page::NewPassword {
        title: "Choose your password",
        action: &link::path("set-password", &app.config),
        token: &link.token,
        rule: Some("Use upper and lower case letters, digits and special characters."),
        min_length: accounts::PASSWORD_RULES.min,
        error,
    };
    page.into_response()
}

fn first_done() -> Page<'static> {
    Page::Done {
        title: "Your password is set",
        message: "Your address is confirmed, too. You can sign in now.",
    }
}
