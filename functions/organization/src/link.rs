//! The page behind the link of an invitation, for a user without an account: it asks for name and password, and accepts
//! the invitation. It is part of no contract.

use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use shared::contract::better_auth::Failure;
use shared::contract::link::{self, Link};
use shared::contract::teams::PASSWORD_RULES;
use shared::domain::{InvitationToken, Name, NewPassword, invisible};
use shared::http::pages::Page;
use shared::http::{AppState, Meta};
use shared::operations::{AcceptInvitation, AcceptInvitationError, CaptchaCheck};

const PAGE: &str = "invitation";

/// In characters, for each part of the name.
const MAX_NAME: usize = 100;

const SPENT: &str = "The link was used already, or it has expired. Ask for a new invitation.";

const DONE: Page<'_> = Page::Done {
    title: "You have joined",
    message: "You can sign in now, with your e-mail address and the password.",
};

pub fn routes(router: Router<AppState>) -> Router<AppState> {
    router.route("/link/invitation", get(open).post(send))
}

/// The page depends on the link only, and reads nothing.
async fn open(State(app): State<AppState>, link: Link) -> Response {
    form(&app, &link, None)
}

async fn send(State(app): State<AppState>, meta: Meta, link: Link) -> Response {
    let (name, password) = match filled_in(&link) {
        Ok(filled_in) => filled_in,
        Err(problem) => return form(&app, &link, Some(&problem)),
    };
    let Ok(token) = InvitationToken::parse(&link.token) else {
        return failed(SPENT);
    };
    let command = AcceptInvitation {
        token,
        password,
        name,
        sign_in: None,
        // The page is part of no contract, and only one who reads the mailbox has its token.
        captcha: CaptchaCheck::NotRequired,
        client: meta.client,
    };
    match app.core.accept_invitation(command, meta.now).await {
        Ok(_) => link.done(DONE),
        Err(AcceptInvitationError::Refused(_)) => failed(SPENT),
        Err(AcceptInvitationError::WeakPassword(weak)) => form(&app, &link, Some(&link::explained_weakness(weak))),
        Err(AcceptInvitationError::EmailTaken) => {
            failed("There is an account with the invited address already. The invitation changes nothing about it.")
        }
        Err(AcceptInvitationError::NoSeat) => failed("The organization has no free seat. Ask whoever invited you."),
        Err(error @ AcceptInvitationError::Captcha(_)) => failed(&error.to_string()),
        // The user can submit the form again from this page.
        Err(AcceptInvitationError::Interrupted(interruption)) => {
            link::later(form(&app, &link, Some(link::LATER)), Failure::from(interruption))
        }
    }
}

/// The name and the password of the form, or the message about the invalid field.
fn filled_in(link: &Link) -> Result<(Name, NewPassword), String> {
    let (first, last) = (part(link, "firstName", "first")?, part(link, "lastName", "last")?);
    let password = link.field("newPassword").unwrap_or_default();
    let password = NewPassword::parse(password, PASSWORD_RULES).map_err(link::explained_weakness)?;
    Ok((Name::of_parts(&first, &last), password))
}

/// The same names are refused as in the operations of the contracts.
fn part(link: &Link, field: &str, which: &str) -> Result<String, String> {
    let Some(text) = invisible::cleaned(link.field(field).unwrap_or_default()) else {
        return Err(format!(
            "The {which} name must not contain control characters or invisible characters."
        ));
    };
    match text.chars().count() {
        0 => Err(format!("The {which} name is missing.")),
        1..=MAX_NAME => Ok(text),
        _ => Err(format!("The {which} name must have at most {MAX_NAME} characters.")),
    }
}

fn form(app: &AppState, link: &Link, error: Option<&str>) -> Response {
    let page = Page::AcceptInvitation {
        action: &link::path(PAGE, &app.config),
        token: &link.token,
        first_name: link.field("firstName").unwrap_or_default(),
        last_name: link.field("lastName").unwrap_or_default(),
        max_name: MAX_NAME,
        min_length: PASSWORD_RULES.min,
        error,
    };
    page.into_response()
}

fn failed(message: &str) -> Response {
    let title = "You have not joined";
    Page::Failed { title, message }.into_response()
}
