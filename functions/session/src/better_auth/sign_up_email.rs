//! `POST /sign-up/email`: creates a user, who is signed in unless the address must be verified first.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use shared::contract::Contract;
use shared::contract::better_auth::{
    Body, Failure, PASSWORD_RULES, SignUpEmailRequest, User, callback, cookies, parse_username,
};
use shared::domain::{NewPassword, Username};
use shared::http::{AppState, Meta, known_device};
use shared::operations::{SignUp, SignedUp};

use super::policy;

#[derive(Serialize)]
struct SignedUpUser {
    /// `None` when the address must be verified before a sign-in.
    token: Option<String>,
    user: User,
}

pub async fn sign_up_email(
    State(app): State<AppState>,
    meta: Meta,
    Body(body): Body<SignUpEmailRequest>,
) -> Result<Response, Failure> {
    let (username, display_username) = usernames(body.username, body.display_username)?;
    let policy = policy(&app);
    let command = SignUp {
        callback: callback(body.callback_url.as_deref(), &meta, &app.config)?,
        password: NewPassword::parse(&body.password, PASSWORD_RULES)?,
        email: body.email,
        name: body.name,
        username,
        display_username,
        image: body.image.value(),
        with_organization: false,
        sign_in: Some(policy.issue),
        remember_me: body.remember_me,
        captcha: meta.captcha(Contract::BetterAuth, &app),
        client: meta.client,
    };
    let SignedUp { user, session } = if policy.verified_address {
        // As in the current framework, the response does not reveal a taken address where a sign-up opens no session.
        let user = app.core.sign_up_silently(command, meta.now).await?;
        SignedUp { user, session: None }
    } else {
        app.core.sign_up(command, meta.now).await?
    };
    let answer = SignedUpUser {
        token: session.as_ref().map(|opened| opened.token.to_string()),
        user: User::from(&user),
    };
    let mut response = Json(answer).into_response();
    if let Some(opened) = &session {
        cookies::set_session(&mut response, &opened.session, &opened.token, &app.config);
        known_device::set(&mut response, opened.known_device.as_ref(), &app.config);
    }
    Ok(response)
}

/// As in the framework, each of the two stands for the other: a display name is also the username when it is a valid
/// one, and a username is displayed as the user typed it.
fn usernames(username: Option<String>, shown: Option<String>) -> Result<(Option<Username>, Option<String>), Failure> {
    match username {
        Some(typed) => Ok((
            Some(parse_username(&typed)?),
            shown.or_else(|| Some(typed.trim().to_owned())),
        )),
        None => Ok((shown.as_deref().and_then(|shown| parse_username(shown).ok()), shown)),
    }
}
