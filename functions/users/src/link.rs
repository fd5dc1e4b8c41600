//! The page behind a registration link: it asks for name, address and password, and registers the person. It is part of
//! no contract.

use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use shared::contract::accounts::{LONGEST_NAME, PASSWORD_RULES, SHORTEST_NAME, new_password};
use shared::contract::better_auth::Failure;
use shared::contract::link::{self, Link};
use shared::contract::{Contract, sign_in_policy};
use shared::domain::registration_link::LinkRefused;
use shared::domain::{EmailAddress, Name, NewPassword, RegistrationLinkToken, invisible};
use shared::http::pages::Page;
use shared::http::{AppState, Meta};
use shared::operations::{AcceptRegistrationLink, AcceptRegistrationLinkError, CaptchaCheck};

const PAGE: &str = "registration";

const UNUSABLE: &str = "The link was used already, or it is no longer valid. Ask for a new one.";

const DONE: Page<'_> = Page::Done {
    title: "You are registered",
    message: "A mail is on its way to you. Open the link in it to confirm your address; then you can sign in.",
};

pub fn routes(router: Router<AppState>) -> Router<AppState> {
    router.route("/link/registration", get(open).post(send))
}

/// The page depends on the link only, and reads nothing.
async fn open(State(app): State<AppState>, link: Link) -> Response {
    form(&app, &link, None)
}

async fn send(State(app): State<AppState>, meta: Meta, link: Link) -> Response {
    let (name, email, password) = match filled_in(&link) {
        Ok(filled_in) => filled_in,
        Err(problem) => return form(&app, &link, Some(&problem)),
    };
    let Ok(token) = RegistrationLinkToken::parse(&link.token) else {
        return failed(UNUSABLE);
    };
    let command = AcceptRegistrationLink {
        token,
        email,
        name,
        password,
        // The page is part of no contract, and the link is for one person.
        captcha: CaptchaCheck::NotRequired,
        policy: sign_in_policy(Contract::Accounts, &app.core),
        client: meta.client,
    };
    match app.core.accept_registration_link(command, meta.now).await {
        Ok(_) => link.done(DONE),
        Err(AcceptRegistrationLinkError::Refused(
            LinkRefused::Unknown | LinkRefused::Spent | LinkRefused::Expired | LinkRefused::Ended,
        )) => failed(UNUSABLE),
        Err(AcceptRegistrationLinkError::WeakPassword(weak)) => {
            form(&app, &link, Some(&link::explained_weakness(weak)))
        }
        Err(AcceptRegistrationLinkError::EmailTaken) => {
            form(&app, &link, Some("There is an account with this address already."))
        }
        Err(AcceptRegistrationLinkError::NoSeat) => failed("The account has no free seat. Ask whoever sent the link."),
        Err(AcceptRegistrationLinkError::AccountInactive) => failed("The account is not active."),
        Err(error @ AcceptRegistrationLinkError::Captcha(_)) => failed(&error.to_string()),
        // The person can submit the form again from this page.
        Err(AcceptRegistrationLinkError::Interrupted(interruption)) => {
            link::later(form(&app, &link, Some(link::LATER)), Failure::from(interruption))
        }
    }
}

/// What the person has entered, or the message about the first invalid field.
fn filled_in(link: &Link) -> Result<(Name, EmailAddress, NewPassword), String> {
    let name = invisible::cleaned(link.field("name").unwrap_or_default());
    let name = name.ok_or("The name must not hold invisible characters.")?;
    if !(SHORTEST_NAME..=LONGEST_NAME).contains(&name.chars().count()) {
        return Err(format!(
            "The name must have from {SHORTEST_NAME} to {LONGEST_NAME} characters."
        ));
    }
    let email = EmailAddress::parse(link.field("email").unwrap_or_default());
    let email = email.map_err(|_| "This is not an e-mail address.")?;
    let password = new_password(link.field("newPassword").unwrap_or_default());
    Ok((Name::full(&name), email, password.map_err(link::explained_weakness)?))
}

fn form(app: &AppState, link: &Link, error: Option<&str>) -> Response {
    let page = Page::Register {
        action: &link::path(PAGE, &app.config),
        token: &link.token,
        name: link.field("name").unwrap_or_default(),
        email: link.field("email").unwrap_or_default(),
        max_name: LONGEST_NAME,
        min_length: PASSWORD_RULES.min,
        error,
    };
    page.into_response()
}

fn failed(message: &str) -> Response {
    let title = "You are not registered";
    Page::Failed { title, message }.into_response()
}
