//! The page behind the link of an invitation. It is part of no contract.
//!
//! A person without an account enters name and password, and joins. A person with one accepts or declines: signed in in
//! this browser, with the password and the second factor on the page, or in the application (`INVITATION_URL`). Only the
//! holder of the mailed token learns what the invitation is about and whether its address has an account.

use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::HeaderMap;
use shared::contract::better_auth::organization::invitation_id;
use shared::contract::better_auth::{Failure, Visitor};
use shared::contract::link::{self, Link, Prover, Unproven};
use shared::contract::teams::PASSWORD_RULES;
use shared::domain::invitation::InvitationRefused;
use shared::domain::{InvitationToken, Name, NewPassword, Redirect, User, invisible};
use shared::http::pages::{Alternative, Field, Form, Page, Text};
use shared::http::{AppState, Meta};
use shared::operations::{
    AcceptInvitation, AcceptInvitationError, AnswerInvitationError, Caller, CaptchaCheck, CheckInvitationError,
    Interruption, JoinOrganizationError, OpenedInvitation, RequestPasswordReset, SendVerificationEmail,
};

const PAGE: &str = "invitation";

/// In characters, for each part of the name.
const MAX_NAME: usize = 100;

const NOT_JOINED: &str = "page-not-joined-title";

/// The fields of the forms for a person with an account.
const DECLINE: &str = "decline";
const FORGOTTEN: &str = "forgotten";

type Problem = (&'static str, Text);

pub fn routes(router: Router<AppState>) -> Router<AppState> {
    router.route("/link/invitation", get(open).post(send))
}

async fn open(State(app): State<AppState>, meta: Meta, visitor: Result<Visitor, Failure>, mut link: Link) -> Response {
    let opened = match find(&app, &meta, &link).await {
        Ok(opened) => opened,
        Err(error) => return refused(&link, &error),
    };
    match &opened.account {
        None => link.show(&newcomer(&link, &opened, None)),
        Some(user) => {
            link.view = link.view.clone().for_user(user.profile.language);
            let caller = visitor.ok().and_then(|visitor| visitor.caller);
            let is_signed_in = caller.is_some_and(|caller| caller.user.id == user.id);
            let form = if is_signed_in {
                answers(&link)
            } else {
                with_password(&link, user)
            };
            link.show(&offer(&link, &opened).form(form))
        }
    }
}

async fn send(State(app): State<AppState>, meta: Meta, visitor: Result<Visitor, Failure>, mut link: Link) -> Response {
    let opened = match find(&app, &meta, &link).await {
        Ok(opened) => opened,
        // The person can submit the form again from this page.
        Err(CheckInvitationError::Interrupted(interruption)) if link.field("firstName").is_some() => {
            let page =
                Page::question("page-invitation-title").form(registration(&link, Some(("", link::LATER.into()))));
            return link.later(page, interruption.into());
        }
        Err(error) => return refused(&link, &error),
    };
    let Some(user) = &opened.account else {
        return register(&app, meta, &link, &opened).await;
    };
    link.view = link.view.clone().for_user(user.profile.language);
    // The form was opened before the account existed.
    if link.field("firstName").is_some() {
        let form = with_password(&link, user);
        return link.show(&offer(&link, &opened).text("page-invitation-account-exists").form(form));
    }
    if link.field(FORGOTTEN).is_some() {
        return mail_password(&app, meta, &link, user).await;
    }
    let caller = visitor.ok().and_then(|visitor| visitor.caller);
    if let Some(caller) = caller.filter(|caller| caller.user.id == user.id && link.field("password").is_none()) {
        match answer(&app, &meta, &link, &opened, &caller).await {
            Err(Failed::NeedsProof) => {}
            Err(Failed::Unverified) => return mail_verification(&app, meta, &link, user).await,
            Err(Failed::Shown(response)) => return *response,
            Ok(page) => return link.done(&page),
        }
    }
    answer_with_proof(&app, meta, &link, &opened, user).await
}

async fn find(app: &AppState, meta: &Meta, link: &Link) -> Result<OpenedInvitation, CheckInvitationError> {
    let token = InvitationToken::parse(&link.token).map_err(|_| InvitationRefused::Unknown)?;
    app.core.open_invitation(&token, &meta.client.ip, meta.now).await
}

/// Signs the user in for this request only.
async fn answer_with_proof(
    app: &AppState,
    meta: Meta,
    link: &Link,
    opened: &OpenedInvitation,
    user: &User,
) -> Response {
    let proof = match Box::pin(prover(link, user).prove(app, &meta)).await {
        Ok(proof) => proof,
        Err(Unproven::Unverified) => return mail_verification(app, meta, link, user).await,
        Err(Unproven::Ask(form)) => {
            let form = with_help(*form, link);
            return Unproven::Ask(Box::new(form)).respond(link, offer(link, opened), NOT_JOINED);
        }
        Err(unproven) => return unproven.respond(link, offer(link, opened), NOT_JOINED),
    };
    let answered = answer(app, &meta, link, opened, &proof.caller).await;
    let device: HeaderMap = proof.device.clone();
    proof.end(app, &meta).await;
    match answered {
        Ok(page) => (device, link.done(&page)).into_response(),
        Err(Failed::Shown(response)) => *response,
        Err(Failed::Unverified) => mail_verification(app, meta, link, user).await,
        Err(Failed::NeedsProof) => link.show(&Page::failure(NOT_JOINED, "page-not-fresh").code("SESSION_NOT_FRESH")),
    }
}

/// Why an answer had no effect.
enum Failed {
    /// The user has to sign in for it, or to show the second factor.
    NeedsProof,
    /// The user has to verify the address first.
    Unverified,
    Shown(Box<Response>),
}

async fn answer(
    app: &AppState,
    meta: &Meta,
    link: &Link,
    opened: &OpenedInvitation,
    caller: &Caller,
) -> Result<Page, Failed> {
    let (organization, id) = (opened.invitation.organization_id, opened.invitation.id);
    let named = |key| Text::of(key).with("organization", &opened.organization);
    let shown = |response: Response| Failed::Shown(Box::new(response));
    if link.field(DECLINE).is_some() {
        return match app.core.reject_invitation(caller, organization, id, meta.now).await {
            Ok(_) => Ok(Page::success("page-declined-title", named("page-declined"))),
            Err(AnswerInvitationError::NotFound) => Err(shown(refused(link, &InvitationRefused::Closed.into()))),
            Err(AnswerInvitationError::NotTheRecipient) => {
                Err(shown(refused(link, &InvitationRefused::Unknown.into())))
            }
            Err(AnswerInvitationError::EmailNotVerified) => Err(Failed::Unverified),
            Err(AnswerInvitationError::Interrupted(interruption)) => Err(interrupted(link, interruption)),
        };
    }
    match app.core.join_organization(caller, organization, id, meta.now).await {
        Ok(_) => Ok(Page::success("page-joined-title", named("page-joined"))),
        Err(JoinOrganizationError::NotFound | JoinOrganizationError::InviterLeft) => {
            Err(shown(refused(link, &InvitationRefused::Closed.into())))
        }
        Err(JoinOrganizationError::NotTheRecipient) => Err(shown(refused(link, &InvitationRefused::Unknown.into()))),
        Err(JoinOrganizationError::EmailNotVerified) => Err(Failed::Unverified),
        Err(JoinOrganizationError::NoSeat) => Err(shown(failed(link, "page-no-seat"))),
        Err(JoinOrganizationError::AlreadyMember) => Err(shown(failed(link, "page-already-member"))),
        Err(JoinOrganizationError::TooManyOrganizations) => Err(shown(failed(link, "page-too-many-organizations"))),
        Err(JoinOrganizationError::Interrupted(interruption)) => Err(interrupted(link, interruption)),
    }
}

fn interrupted(link: &Link, interruption: Interruption) -> Failed {
    match interruption {
        Interruption::SecondFactorNotShown | Interruption::SessionNotFresh => Failed::NeedsProof,
        other => Failed::Shown(Box::new(link.failed(NOT_JOINED, other.into()))),
    }
}

/// The mail comes back to this page, so that the user goes on with the invitation.
async fn mail_verification(app: &AppState, meta: Meta, link: &Link, user: &User) -> Response {
    let command = SendVerificationEmail {
        email: user.email.clone(),
        callback: own_url(app, link),
        client_ip: meta.client.ip,
    };
    match app.core.send_verification_email(None, command, meta.now).await {
        Ok(()) => link.show(&Page::waiting("page-verify-first-title", "page-verify-first")),
        Err(error) => link.failed(NOT_JOINED, error.into()),
    }
}

fn own_url(app: &AppState, link: &Link) -> Option<Redirect> {
    let settings = &app.config.settings;
    let url = format!("{}/link/{PAGE}?token={}", settings.public_url, link.token);
    settings.trusted_origins.redirect(&url).ok()
}

/// A new password by mail, for a user who has forgotten it or has none. The token of the invitation proves access to
/// the same mailbox, so the address is not typed.
async fn mail_password(app: &AppState, meta: Meta, link: &Link, user: &User) -> Response {
    let command = RequestPasswordReset {
        email: user.email.clone(),
        redirect: None,
        captcha: CaptchaCheck::NotRequired,
        client: meta.client,
    };
    match app.core.request_password_reset(command, meta.now).await {
        Ok(_) => link.show(&Page::waiting("page-password-mailed-title", "page-password-mailed")),
        Err(error) => link.failed(NOT_JOINED, error.into()),
    }
}

async fn register(app: &AppState, meta: Meta, link: &Link, opened: &OpenedInvitation) -> Response {
    let (name, password) = match filled_in(link) {
        Ok(filled_in) => filled_in,
        Err(problem) => return link.show(&newcomer(link, opened, Some(problem))),
    };
    let Ok(token) = InvitationToken::parse(&link.token) else {
        return refused(link, &InvitationRefused::Unknown.into());
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
        Ok(_) => link.done(&Page::success(
            "page-joined-title",
            Text::of("page-joined-new").with("organization", &opened.organization),
        )),
        Err(AcceptInvitationError::Refused(reason)) => refused(link, &reason.into()),
        Err(AcceptInvitationError::WeakPassword(weak)) => {
            let problem = ("newPassword", link::explained_weakness(weak));
            link.show(&newcomer(link, opened, Some(problem)))
        }
        Err(AcceptInvitationError::EmailTaken) => failed(link, "page-invitation-account-exists"),
        Err(AcceptInvitationError::NoSeat) => failed(link, "page-no-seat"),
        Err(AcceptInvitationError::Captcha(_)) => failed(link, "page-unexpected"),
        Err(AcceptInvitationError::Interrupted(interruption)) => {
            let page = newcomer(link, opened, Some(("", link::LATER.into())));
            link.later(page, Failure::from(interruption))
        }
    }
}

/// The name and the password of the form, or the first invalid field and what is wrong with it.
fn filled_in(link: &Link) -> Result<(Name, NewPassword), Problem> {
    let first = part(
        link,
        "firstName",
        [
            "page-first-name-missing",
            "page-first-name-long",
            "page-first-name-invisible",
        ],
    )?;
    let last = part(
        link,
        "lastName",
        [
            "page-last-name-missing",
            "page-last-name-long",
            "page-last-name-invisible",
        ],
    )?;
    let password = NewPassword::parse(link.field("newPassword").unwrap_or_default(), PASSWORD_RULES);
    let password = password.map_err(|weak| ("newPassword", link::explained_weakness(weak)))?;
    Ok((Name::of_parts(&first, &last), password))
}

/// The same names are refused as in the operations of the contracts.
fn part(link: &Link, field: &'static str, [missing, long, invisible]: [&'static str; 3]) -> Result<String, Problem> {
    let Some(text) = invisible::cleaned(link.field(field).unwrap_or_default()) else {
        return Err((field, invisible.into()));
    };
    match text.chars().count() {
        0 => Err((field, missing.into())),
        1..=MAX_NAME => Ok(text),
        _ => Err((field, Text::of(long).number("max", MAX_NAME))),
    }
}

/// What the invitation offers, with the way to the application's own page.
fn offer(link: &Link, opened: &OpenedInvitation) -> Page {
    let OpenedInvitation {
        invitation,
        organization,
        inviter,
        ..
    } = opened;
    let text = Text::of("page-invitation")
        .with("inviter", inviter)
        .with("organization", organization);
    let page = Page::question("page-invitation-title")
        .text(text)
        .fact("page-fact-organization", organization)
        .fact("page-fact-inviter", inviter)
        .fact("page-fact-email", invitation.email.as_str());
    let id = invitation_id(invitation.organization_id, invitation.id);
    match link.view.app().config.application.of_invitation(&id) {
        Some(url) => page.leading_to(url),
        None => page,
    }
}

fn newcomer(link: &Link, opened: &OpenedInvitation, problem: Option<Problem>) -> Page {
    offer(link, opened)
        .text("page-invitation-new")
        .form(registration(link, problem))
}

fn registration(link: &Link, problem: Option<Problem>) -> Form {
    let typed = |name| link.field(name).unwrap_or_default();
    let first = Field::name("firstName", "given-name", "page-field-first-name", MAX_NAME);
    let last = Field::name("lastName", "family-name", "page-field-last-name", MAX_NAME);
    let core = &link.view.app().core;
    let form = link
        .form(PAGE, "page-join-button")
        .field(first.filled(typed("firstName")).focused())
        .field(last.filled(typed("lastName")))
        .field(link::new_password(core, PASSWORD_RULES, false, "page-field-password"));
    match problem {
        Some((field, error)) => form.refused_field(field, Some(error)),
        None => form,
    }
}

/// For a person who is signed in in this browser.
fn answers(link: &Link) -> Form {
    link.form(PAGE, "page-accept-button")
        .alternative(Alternative::new("page-decline-button", DECLINE))
}

fn prover<'a>(link: &'a Link, user: &'a User) -> Prover<'a> {
    Prover {
        link,
        user,
        page: PAGE,
        button: "page-accept-button",
        is_irreversible: false,
        alternative: Some(("page-decline-button", DECLINE)),
    }
}

fn with_password(link: &Link, user: &User) -> Form {
    with_help(prover(link, user).password_form(None), link)
}

fn with_help(form: Form, link: &Link) -> Form {
    if link.field("challenge").is_some() {
        return form;
    }
    form.alternative(Alternative {
        text: Some("page-forgotten".into()),
        ..Alternative::new("page-forgotten-button", FORGOTTEN)
    })
}

fn refused(link: &Link, error: &CheckInvitationError) -> Response {
    let page = match error {
        CheckInvitationError::Refused(InvitationRefused::Unknown) => {
            Page::failure(NOT_JOINED, "page-invitation-unknown")
        }
        CheckInvitationError::Refused(InvitationRefused::AlreadyAccepted) => {
            Page::failure("page-invitation-used-title", "page-invitation-used")
        }
        CheckInvitationError::Refused(InvitationRefused::Closed) => {
            Page::failure("page-invitation-closed-title", "page-invitation-closed")
        }
        CheckInvitationError::Refused(InvitationRefused::Expired) => {
            Page::failure("page-invitation-expired-title", "page-invitation-expired")
        }
        CheckInvitationError::Interrupted(interruption) => return link.failed(NOT_JOINED, (*interruption).into()),
    };
    link.show(&page)
}

fn failed(link: &Link, text: &'static str) -> Response {
    link.show(&Page::failure(NOT_JOINED, text))
}
