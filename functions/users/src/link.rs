//! The page behind a registration link: it asks for name, address and password, and registers the person. It is part of
//! no contract.

use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use shared::contract::accounts::{LONGEST_NAME, PASSWORD_RULES, SHORTEST_NAME, new_password};
use shared::contract::better_auth::Failure;
use shared::contract::link::{self, Link};
use shared::contract::{Contract, sign_in_policy};
use shared::domain::registration_link::LinkRefused;
use shared::domain::{EmailAddress, Name, NewPassword, RegistrationLinkToken, invisible};
use shared::http::pages::{Field, Page, Text};
use shared::http::{AppState, Meta};
use shared::operations::{AcceptRegistrationLink, AcceptRegistrationLinkError, CaptchaCheck};

const PAGE: &str = "registration";

const UNUSABLE: &str = "page-registration-unusable";

pub fn routes(router: Router<AppState>) -> Router<AppState> {
    router.route("/link/registration", get(open).post(send))
}

/// The page depends on the link only, and reads nothing.
async fn open(link: Link) -> Response {
    link.show(&form(&link, None))
}

async fn send(State(app): State<AppState>, meta: Meta, link: Link) -> Response {
    let (name, email, password) = match filled_in(&link) {
        Ok(filled_in) => filled_in,
        Err(problem) => return link.show(&form(&link, Some(problem))),
    };
    let Ok(token) = RegistrationLinkToken::parse(&link.token) else {
        return failed(&link, UNUSABLE);
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
        Ok(_) => link.done(&Page::waiting("page-registered-title", "page-registered")),
        Err(AcceptRegistrationLinkError::Refused(
            LinkRefused::Unknown | LinkRefused::Spent | LinkRefused::Expired | LinkRefused::Ended,
        )) => failed(&link, UNUSABLE),
        Err(AcceptRegistrationLinkError::WeakPassword(weak)) => {
            let problem = ("newPassword", link::explained_weakness(weak));
            link.show(&form(&link, Some(problem)))
        }
        Err(AcceptRegistrationLinkError::EmailTaken) => {
            link.show(&form(&link, Some(("email", "page-registration-taken".into()))))
        }
        Err(AcceptRegistrationLinkError::NoSeat) => failed(&link, "page-registration-no-seat"),
        Err(AcceptRegistrationLinkError::AccountInactive) => failed(&link, "page-registration-inactive"),
        Err(AcceptRegistrationLinkError::Captcha(_)) => failed(&link, "page-unexpected"),
        // The person can submit the form again from this page.
        Err(AcceptRegistrationLinkError::Interrupted(interruption)) => {
            link.later(form(&link, Some(("", link::LATER.into()))), Failure::from(interruption))
        }
    }
}

/// What the person has entered, or the first invalid field and what is wrong with it.
fn filled_in(link: &Link) -> Result<(Name, EmailAddress, NewPassword), (&'static str, Text)> {
    let name = invisible::cleaned(link.field("name").unwrap_or_default());
    let name = name.ok_or(("name", Text::of("page-name-invisible")))?;
    if !(SHORTEST_NAME..=LONGEST_NAME).contains(&name.chars().count()) {
        let length = Text::of("page-name-length").number("min", SHORTEST_NAME);
        return Err(("name", length.number("max", LONGEST_NAME)));
    }
    let email = EmailAddress::parse(link.field("email").unwrap_or_default());
    let email = email.map_err(|_| ("email", Text::of("page-not-an-address")))?;
    let password = new_password(link.field("newPassword").unwrap_or_default());
    let password = password.map_err(|weak| ("newPassword", link::explained_weakness(weak)))?;
    Ok((Name::full(&name), email, password))
}

fn form(link: &Link, error: Option<(&'static str, Text)>) -> Page {
    let typed = |name| link.field(name).unwrap_or_default();
    let core = &link.view.app().core;
    let form = link
        .form(PAGE, "page-register-button")
        .field(
            Field::name("name", "name", "page-field-name", LONGEST_NAME)
                .filled(typed("name"))
                .focused(),
        )
        .field(Field::email("email").filled(typed("email")))
        .field(link::new_password(core, PASSWORD_RULES, true, "page-field-password"));
    let form = match error {
        Some((field, error)) => form.refused_field(field, Some(error)),
        None => form,
    };
    Page::question("page-register-title").form(form)
}

fn failed(link: &Link, text: &'static str) -> Response {
    link.show(&Page::failure("page-not-registered-title", text))
}
