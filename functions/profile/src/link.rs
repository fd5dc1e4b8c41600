//! The pages behind the links of mails that verify an address, approve or confirm its change, or confirm a deletion.
//! None is part of a contract.
//!
//! A deletion requires a signed-in user who submits the form. The browser sends the cookie because the page is ours
//! (`SameSite=Lax`), and a foreign page does not know the token in the form.

use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::{HeaderMap, StatusCode};
use shared::contract::better_auth::{Failure, Visitor, cookies, is_cross_site, set_signed_in};
use shared::contract::link::{Link, Question};
use shared::domain::OneTimeToken;
use shared::http::pages::{Alternative, Page};
use shared::http::{AppState, Meta};
use shared::operations::Caller;

use crate::verification::{SignIn, verify};

/// The field of the form for an owner of the address who did not sign up.
const REJECT: &str = "didNotSignUp";

const VERIFY_EMAIL: Question<'_> = Question {
    title: "Confirm your e-mail address",
    message: "This confirms that the address is yours.",
    button: "Confirm",
    is_irreversible: false,
    alternative: Some(Alternative {
        message: "Did you not sign up? Then another person did, with your address. You can close this page, or take the \
                  account away from that person.",
        button: "I did not sign up",
        field: REJECT,
    }),
};

const CHANGE_EMAIL: Question<'_> = Question {
    title: "Confirm your new e-mail address",
    message: "From now on this is the address of your account, and the one before no longer opens it. If you did not \
              ask for it, close this page.",
    button: "Confirm",
    is_irreversible: false,
    alternative: None,
};

const APPROVE_EMAIL_CHANGE: Question<'_> = Question {
    title: "Approve the new e-mail address",
    message: "The new address then gets a mail whose link completes the change. If you did not ask for it, close this \
              page.",
    button: "Approve",
    is_irreversible: false,
    alternative: None,
};

const DELETE_USER: Question<'_> = Question {
    title: "Delete your account?",
    message: "The account is gone for good: it cannot be brought back.",
    button: "Delete my account",
    is_irreversible: true,
    alternative: None,
};

pub fn routes(router: Router<AppState>) -> Router<AppState> {
    let verify_email =
        get(async |State(app): State<AppState>, link: Link| link.ask("verify-email", &VERIFY_EMAIL, &app.config));
    let change_email =
        get(async |State(app): State<AppState>, link: Link| link.ask("change-email", &CHANGE_EMAIL, &app.config));
    let approve_email_change = get(async |State(app): State<AppState>, link: Link| {
        link.ask("approve-email-change", &APPROVE_EMAIL_CHANGE, &app.config)
    });
    let delete_user =
        get(async |State(app): State<AppState>, link: Link| link.ask("delete-user", &DELETE_USER, &app.config));
    router
        .route("/link/verify-email", verify_email.post(answer_verification))
        .route("/link/change-email", change_email.post(confirm_address))
        .route("/link/approve-email-change", approve_email_change.post(approve_change))
        .route("/link/delete-user", delete_user.post(confirm_deletion))
}

async fn answer_verification(
    State(app): State<AppState>,
    meta: Meta,
    headers: HeaderMap,
    visitor: Result<Visitor, Failure>,
    link: Link,
) -> Response {
    if link.field(REJECT).is_some() {
        reject_sign_up(&app, &meta, &link).await
    } else {
        confirm_address(State(app), meta, headers, visitor, link).await
    }
}

/// The response is a page and no redirect, because the person is no user of the application that sent the mail.
async fn reject_sign_up(app: &AppState, meta: &Meta, link: &Link) -> Response {
    const FAILED: &str = "Nothing has changed";
    let rejected = match OneTimeToken::parse(&link.token) {
        Ok(token) => app
            .core
            .reject_sign_up(&token, &meta.client.ip, meta.now)
            .await
            .map_err(Failure::from),
        Err(_) => Err(Failure::invalid_token(StatusCode::UNAUTHORIZED)),
    };
    let page = match rejected {
        Ok(true) => Page::Done {
            title: "The account is yours alone",
            message: "Nobody else can sign in to it any more, and what it had is gone. To use it, reset its password.",
        },
        Ok(false) => Page::Failed {
            title: FAILED,
            message: "Your address was confirmed before. Reset the password of the account if you do not know it.",
        },
        Err(failure) => return link.failed(FAILED, failure),
    };
    page.into_response()
}

/// Both pages submit to this handler: the token names the address that it verifies.
async fn confirm_address(
    State(app): State<AppState>,
    meta: Meta,
    headers: HeaderMap,
    visitor: Result<Visitor, Failure>,
    link: Link,
) -> Response {
    const FAILED: &str = "Your address was not confirmed";
    // A browser sends no cookies with a form of a foreign page (`SameSite=Lax`), but takes those of the response: the
    // form would sign its user in to the account of the attacker whose token it has (login CSRF).
    let sign_in = if is_cross_site(&headers, &app.config.settings.trusted_origins) {
        SignIn::Never
    } else {
        SignIn::AsConfigured
    };
    let verified = match visitor {
        Ok(Visitor { caller, .. }) => {
            let callback = link.callback.as_ref();
            verify(&app, &meta, caller.as_ref(), &link.token, callback, sign_in).await
        }
        Err(failure) => Err(failure),
    };
    let verified = match verified {
        Ok(verified) => verified,
        Err(failure) => return link.failed(FAILED, failure),
    };
    let mut response = link.done(Page::Done {
        title: "Your address is confirmed",
        message: "You can close this page.",
    });
    if let Some(signed_in) = &verified.signed_in {
        set_signed_in(&mut response, signed_in, &app.config);
    }
    response
}

async fn approve_change(
    State(app): State<AppState>,
    meta: Meta,
    visitor: Result<Visitor, Failure>,
    link: Link,
) -> Response {
    const FAILED: &str = "The new address was not approved";
    let callback = link.callback.as_ref();
    let approved = match visitor {
        Ok(Visitor { caller, .. }) => verify(&app, &meta, caller.as_ref(), &link.token, callback, SignIn::Never).await,
        Err(failure) => Err(failure),
    };
    match approved {
        Ok(_) => link.done(Page::Done {
            title: "The new address is approved",
            message: "A mail is on its way to it. The address of your account changes when that mail is confirmed.",
        }),
        Err(failure) => link.failed(FAILED, failure),
    }
}

async fn confirm_deletion(
    State(app): State<AppState>,
    meta: Meta,
    visitor: Result<Visitor, Failure>,
    link: Link,
) -> Response {
    const FAILED: &str = "Your account was not deleted";
    let caller = match visitor {
        Ok(Visitor { caller, .. }) => caller,
        Err(failure) => return link.failed(FAILED, failure),
    };
    let Some(caller) = caller else {
        return sign_in_first().into_response();
    };
    if let Err(failure) = delete(&app, &meta, caller, &link.token).await {
        return link.failed(FAILED, failure);
    }
    let mut response = link.done(Page::Done {
        title: "Your account is deleted",
        message: "You can close this page.",
    });
    cookies::clear_session(&mut response, &app.config);
    response
}

async fn delete(app: &AppState, meta: &Meta, caller: Caller, token: &str) -> Result<(), Failure> {
    let caller = app.core.assure(caller, meta.now)?;
    let token = OneTimeToken::parse(token).map_err(|_| Failure::invalid_token(StatusCode::NOT_FOUND))?;
    Ok(app
        .core
        .confirm_deletion(&caller, &token, &meta.client.ip, meta.now)
        .await?)
}

fn sign_in_first() -> Page<'static> {
    Page::Failed {
        title: "Sign in first",
        message: "Only you can delete your account. Sign in to it in this browser, then open the link again.",
    }
}
