//! The pages behind the links of mails that set a password. None is part of a contract.
//!
//! With a callback, the page of a reset passes the token to the application that requested the mail; without one it
//! asks for the new password itself. The page of the first password takes the tokens of both mails of an account: of
//! the one that verifies the address, and of the invitation.

use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use shared::contract::Contract;
use shared::contract::accounts;
use shared::contract::better_auth::PASSWORD_RULES;
use shared::contract::link::{self, Link, PasswordForm, Question};
use shared::domain::one_time::{GrantRefused, SetPassword, VerifyEmail};
use shared::domain::{self, EmailAddress, NewPassword, OneTimeToken};
use shared::http::pages::Page;
use shared::http::{AppState, Meta, known_device};
use shared::operations::{
    FirstPasswordSet, RequestPasswordReset, ResetPasswordError, SetFirstPassword, SetFirstPasswordError,
};

use super::token;

const RESET: PasswordForm = PasswordForm {
    page: "reset-password",
    title: "page-reset-password-title",
    rules: PASSWORD_RULES,
    needs_classes: false,
    failed: "page-password-not-changed-title",
    mails_again: true,
};

const FIRST: PasswordForm = PasswordForm {
    page: "set-password",
    title: "page-set-password-title",
    rules: accounts::PASSWORD_RULES,
    needs_classes: true,
    failed: "page-password-not-set-title",
    mails_again: false,
};

const GO_ON: Question = Question {
    page: RESET.page,
    title: "page-reset-password-title",
    text: "page-reset-go-on",
    button: "page-reset-go-on-button",
    is_irreversible: false,
    alternative: None,
};

pub fn routes(router: Router<AppState>) -> Router<AppState> {
    router
        .route("/link/reset-password", get(open).post(send))
        .route("/link/set-password", get(open_first).post(set_first))
}

async fn open(link: Link) -> Response {
    if link.callback.is_some() {
        link.ask(&GO_ON)
    } else {
        RESET.ask(&link)
    }
}

async fn send(State(app): State<AppState>, meta: Meta, link: Link) -> Response {
    if let Some(address) = link.requested_address(RESET.page) {
        return match address {
            Ok(address) => mail_again(&app, meta, &link, address).await,
            Err(page) => link.show(&page),
        };
    }
    match (&link.callback, link.field("newPassword")) {
        (Some(target), _) => hand_over(&app, &meta, &link, target).await,
        (None, Some(password)) => reset(&app, &meta, &link, password).await,
        (None, None) => RESET.ask(&link),
    }
}

/// The limits are those of the operation, and so is the answer, which is the same for an unknown address.
async fn mail_again(app: &AppState, meta: Meta, link: &Link, email: EmailAddress) -> Response {
    let command = RequestPasswordReset {
        email: email.clone(),
        redirect: None,
        // Without a response a deployment with a captcha refuses the request: the form is not offered there.
        captcha: meta.captcha(Contract::BetterAuth, app),
        client: meta.client,
    };
    match app.core.request_password_reset(command, meta.now).await {
        Ok(_) => link.mail_requested(&email),
        Err(error) => link.failed("page-again-title", error.into()),
    }
}

/// The token stays valid: the page that sets the new password consumes it.
async fn hand_over(app: &AppState, meta: &Meta, link: &Link, target: &domain::Redirect) -> Response {
    match token::check(app, meta, &link.token).await {
        Ok(()) => link::redirect(&target.with_parameter("token", &link.token)),
        Err(error) => RESET.fail_for_good(link, error.into()),
    }
}

async fn reset(app: &AppState, meta: &Meta, link: &Link, password: &str) -> Response {
    let password = match NewPassword::parse(password, PASSWORD_RULES) {
        Ok(password) => password,
        Err(weak) => return RESET.refuse(link, weak),
    };
    match token::spend(app, meta, &link.token, &password).await {
        Ok(device) => (device, link.show(&link::password_changed())).into_response(),
        Err(ResetPasswordError::WeakPassword(weak)) => RESET.refuse(link, weak),
        Err(error) => RESET.fail(link, error.into()),
    }
}

async fn open_first(link: Link) -> Response {
    FIRST.ask(&link)
}

async fn set_first(State(app): State<AppState>, meta: Meta, link: Link) -> Response {
    let Some(password) = link.field("newPassword") else {
        return FIRST.ask(&link);
    };
    let password = match accounts::new_password(password) {
        Ok(password) => password,
        Err(weak) => return FIRST.refuse(&link, weak),
    };
    match spend_for_first(&app, &meta, &link.token, &password).await {
        Ok(set) => {
            let device = known_device::headers(Some(&set.device), meta.is_cross_site, &app.config);
            (device, link.show(&first_done())).into_response()
        }
        Err(SetFirstPasswordError::WeakPassword(weak)) => FIRST.refuse(&link, weak),
        Err(error) => FIRST.fail(&link, error.into()),
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

fn first_done() -> Page {
    Page::success("page-password-set-title", "page-password-set")
}
