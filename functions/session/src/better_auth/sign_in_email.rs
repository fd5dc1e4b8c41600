//! `POST /sign-in/email`: an address and its password become a session.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::header::LOCATION;
use serde::Serialize;
use shared::contract::better_auth::{
    Body, Failure, SignInEmailRequest, User, ask_for_second_factor, callback, cookies,
};
use shared::domain::{EmailAddress, PasswordAttempt};
use shared::http::{AppState, Meta};
use shared::operations::{Issue, OpenedSession, SignIn, SignedIn};

use super::is_verification_required;

#[derive(Serialize)]
struct SignedInUser {
    /// Whether the client is to go to `url` now.
    redirect: bool,
    token: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
    user: User,
}

pub async fn sign_in_email(
    State(app): State<AppState>,
    meta: Meta,
    Body(body): Body<SignInEmailRequest>,
) -> Result<Response, Failure> {
    let callback = callback(body.callback_url.as_deref(), &app.config.settings.trusted_origins)?;
    let command = SignIn {
        email: EmailAddress::parse(&body.email).map_err(|_| Failure::invalid_email())?,
        password: PasswordAttempt::new(&body.password),
        remember_me: body.remember_me,
        verification_required: is_verification_required(&app),
        issue: Issue::Session,
        client: meta.client,
    };
    let OpenedSession {
        user, session, token, ..
    } = match app.core.sign_in(command, meta.now).await? {
        SignedIn::Session(opened) => opened,
        SignedIn::SecondFactor(challenge) => return Ok(ask_for_second_factor(&challenge, &app.config)),
    };
    let url = callback.map(|target| target.to_string());
    let location = url.as_deref().and_then(|url| url.parse().ok());
    let answer = SignedInUser {
        redirect: url.is_some(),
        token: token.to_string(),
        url,
        user: User::from(&user),
    };
    let mut response = Json(answer).into_response();
    cookies::set_session(&mut response, &session, &token, &app.config);
    if let Some(location) = location {
        // Beside a 200, as the framework sends it: it is the client that moves the browser.
        response.headers_mut().insert(LOCATION, location);
    }
    Ok(response)
}
