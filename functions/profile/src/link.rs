//! The pages behind the links of mails that verify an address, approve or confirm its change, or confirm a deletion.
//! None is part of a contract.
//!
//! A deletion requires a signed-in user who submits the form. The browser sends the cookie because the page is ours
//! (`SameSite=Lax`), and a foreign page does not know the token in the form. A user without a cookie types the password.

use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use http::StatusCode;
use shared::contract::better_auth::{Failure, Visitor, cookies, set_signed_in};
use shared::contract::link::{Link, Prover, Question};
use shared::domain::one_time::{ChangeEmail, GrantRefused};
use shared::domain::{EmailAddress, OneTimeToken};
use shared::http::pages::Page;
use shared::http::{AppState, Meta};
use shared::operations::{Assured, InPerson, Interruption, SendVerificationEmail};

use crate::verification::{SignIn, verify};

/// The field of the form for an owner of the address who did not sign up.
const REJECT: &str = "didNotSignUp";

const VERIFY_EMAIL: Question = Question {
    page: "verify-email",
    title: "page-verify-email-title",
    text: "page-verify-email",
    button: "page-confirm-button",
    is_irreversible: false,
    alternative: Some(("page-not-mine", "page-not-mine-button", REJECT)),
};

const CHANGE_EMAIL: Question = Question {
    page: "change-email",
    title: "page-change-email-title",
    text: "page-change-email",
    button: "page-confirm-button",
    is_irreversible: false,
    alternative: None,
};

const APPROVE_EMAIL_CHANGE: Question = Question {
    page: "approve-email-change",
    title: "page-approve-title",
    text: "page-approve",
    button: "page-approve-button",
    is_irreversible: false,
    alternative: None,
};

const DELETE_USER: Question = Question {
    page: "delete-user",
    title: "page-delete-title",
    text: "page-delete",
    button: "page-delete-button",
    is_irreversible: true,
    alternative: None,
};

pub fn routes(router: Router<AppState>) -> Router<AppState> {
    let verify_email = get(async |link: Link| link.ask(&VERIFY_EMAIL));
    let change_email = get(async |link: Link| link.ask(&CHANGE_EMAIL));
    let approve_email_change = get(async |link: Link| link.ask(&APPROVE_EMAIL_CHANGE));
    let delete_user = get(async |link: Link| link.ask(&DELETE_USER));
    router
        .route("/link/verify-email", verify_email.post(answer_verification))
        .route("/link/change-email", change_email.post(confirm_address))
        .route("/link/approve-email-change", approve_email_change.post(approve_change))
        .route("/link/delete-user", delete_user.post(confirm_deletion))
}

async fn answer_verification(
    State(app): State<AppState>,
    meta: Meta,
    visitor: Result<Visitor, Failure>,
    link: Link,
) -> Response {
    if let Some(address) = link.requested_address(VERIFY_EMAIL.page) {
        return match address {
            Ok(address) => mail_again(&app, &meta, &link, address).await,
            Err(page) => link.show(&page),
        };
    }
    if link.field(REJECT).is_some() {
        reject_sign_up(&app, &meta, &link).await
    } else {
        confirm_address(State(app), meta, visitor, link).await
    }
}

/// The limits are those of the operation, and so is the answer, which is the same for an unknown address.
async fn mail_again(app: &AppState, meta: &Meta, link: &Link, email: EmailAddress) -> Response {
    let command = SendVerificationEmail {
        email: email.clone(),
        callback: link.callback.clone(),
        client_ip: meta.client.ip.clone(),
    };
    match app.core.send_verification_email(None, command, meta.now).await {
        Ok(()) => link.mail_requested(&email),
        Err(error) => link.failed("page-again-title", error.into()),
    }
}

/// The response is a page and no redirect, because the person is no user of the application that sent the mail.
async fn reject_sign_up(app: &AppState, meta: &Meta, link: &Link) -> Response {
    const FAILED: &str = "page-nothing-changed-title";
    let rejected = match OneTimeToken::parse(&link.token) {
        Ok(token) => app
            .core
            .reject_sign_up(&token, &meta.client.ip, meta.now)
            .await
            .map_err(Failure::from),
        Err(_) => Err(Failure::invalid_token(StatusCode::UNAUTHORIZED)),
    };
    match rejected {
        Ok(true) => link.show(&Page::success("page-sign-up-rejected-title", "page-sign-up-rejected")),
        Ok(false) => link.show(&Page::failure(FAILED, "page-confirmed-before")),
        Err(failure) => link.failed(FAILED, failure),
    }
}

/// Both pages submit to this handler: the token names the address that it verifies.
async fn confirm_address(
    State(app): State<AppState>,
    meta: Meta,
    visitor: Result<Visitor, Failure>,
    link: Link,
) -> Response {
    const FAILED: &str = "page-not-confirmed-title";
    // A browser sends no cookies with a form of a foreign page (`SameSite=Lax`), but takes those of the response: the
    // form would sign its user in to the account of the attacker whose token it has (login CSRF).
    let sign_in = if meta.is_cross_site {
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
    let done = Page::success("page-confirmed-title", "page-confirmed");
    let verified = match verified {
        Ok(verified) => verified,
        Err(failure) if was_confirmed(&app, &meta, &link, &failure).await => return link.done(&done),
        // The mail that changes an address can only be requested again in a session.
        Err(failure) if OneTimeToken::<ChangeEmail>::parse(&link.token).is_ok() => return link.failed(FAILED, failure),
        Err(failure) => return link.failed_or_again(VERIFY_EMAIL.page, FAILED, failure),
    };
    let mut response = link.done(&done);
    if let Some(signed_in) = &verified.signed_in {
        set_signed_in(&mut response, signed_in, &app.config);
    }
    response
}

/// Whether the link has expired, and had confirmed the address before: people open the link of an old mail again.
async fn was_confirmed(app: &AppState, meta: &Meta, link: &Link, failure: &Failure) -> bool {
    let token = OneTimeToken::parse(&link.token);
    match token {
        Ok(token) if failure.code() == "TOKEN_EXPIRED" => {
            app.core.was_confirmed_with(&token, meta.now).await.unwrap_or(false)
        }
        _ => false,
    }
}

async fn approve_change(
    State(app): State<AppState>,
    meta: Meta,
    visitor: Result<Visitor, Failure>,
    link: Link,
) -> Response {
    const FAILED: &str = "page-not-approved-title";
    let callback = link.callback.as_ref();
    let approved = match visitor {
        Ok(Visitor { caller, .. }) => verify(&app, &meta, caller.as_ref(), &link.token, callback, SignIn::Never).await,
        Err(failure) => Err(failure),
    };
    match approved {
        Ok(_) => link.done(&Page::waiting("page-approved-title", "page-approved")),
        Err(failure) => link.failed(FAILED, failure),
    }
}

const NOT_DELETED: &str = "page-not-deleted-title";

/// In a browser in which the user is signed in, the session authorizes the deletion as it does in the contracts. In
/// another one, the user signs in for this request, with the password and the second factor.
async fn confirm_deletion(
    State(app): State<AppState>,
    meta: Meta,
    visitor: Result<Visitor, Failure>,
    link: Link,
) -> Response {
    let caller = match visitor {
        Ok(Visitor { caller, .. }) => caller,
        Err(failure) => return link.failed(NOT_DELETED, failure),
    };
    let assured = caller.map(|caller| app.core.assure(caller, meta.now));
    match assured {
        Some(Ok(caller)) => {
            let deleted = delete(&app, &meta, &caller, &link.token).await;
            let (mut response, is_deleted) = deletion(&link, deleted);
            if is_deleted {
                cookies::clear_session(&mut response, &app.config);
            }
            response
        }
        None | Some(Err(Interruption::SecondFactorNotShown | Interruption::SessionNotFresh)) => {
            delete_with_proof(&app, &meta, &link).await
        }
        Some(Err(interruption)) => link.failed(NOT_DELETED, interruption.into()),
    }
}

async fn delete_with_proof(app: &AppState, meta: &Meta, link: &Link) -> Response {
    let user = match OneTimeToken::parse(&link.token) {
        Ok(token) => app.core.user_of_deletion(&token, &meta.client.ip, meta.now).await,
        Err(_) => Err(GrantRefused::Unknown.into()),
    };
    let user = match user {
        Ok(user) => user,
        Err(error) => return link.failed(NOT_DELETED, error.into()),
    };
    let prover = Prover {
        link,
        user: &user,
        page: DELETE_USER.page,
        button: DELETE_USER.button,
        is_irreversible: true,
        alternative: None,
    };
    let proof = match Box::pin(prover.prove(app, meta)).await {
        Ok(proof) => proof,
        Err(unproven) => {
            let page = Page::question("page-delete-prove-title").text("page-delete-prove");
            return unproven.respond(link, page, NOT_DELETED);
        }
    };
    let deleted = match app.core.assure(proof.caller.clone(), meta.now) {
        Ok(caller) => delete(app, meta, &caller, &link.token).await,
        Err(interruption) => Err(interruption.into()),
    };
    let (response, is_deleted) = deletion(link, deleted);
    if !is_deleted {
        proof.end(app, meta).await;
    }
    response
}

async fn delete(app: &AppState, meta: &Meta, caller: &Assured<InPerson>, token: &str) -> Result<(), Failure> {
    let token = OneTimeToken::parse(token).map_err(|_| Failure::invalid_token(StatusCode::NOT_FOUND))?;
    Ok(app
        .core
        .confirm_deletion(caller, &token, &meta.client.ip, meta.now)
        .await?)
}

/// The response, and whether the account is deleted.
fn deletion(link: &Link, deleted: Result<(), Failure>) -> (Response, bool) {
    match deleted {
        Ok(()) => (link.done(&Page::success("page-deleted-title", "page-deleted")), true),
        Err(failure) => (link.failed(NOT_DELETED, failure), false),
    }
}
