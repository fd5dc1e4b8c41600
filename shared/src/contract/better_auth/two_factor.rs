//! The second factor in the `better_auth` contract: who shows it, what the operations read, and what they answer.

use axum::Json;
use axum::extract::FromRequestParts;
use axum::response::{IntoResponse, Response};
use http::request::Parts;
use serde::Serialize;

use super::caller::Visitor;
use super::cookies;
use super::failure::Failure;
use super::wire::{Session, User};
use crate::config::Config;
use crate::contract::fields::parsers::{optional_text, text};
use crate::contract::fields::{Fields, Problem, Read, request};
use crate::domain::{ChallengeToken, PasswordAttempt};
use crate::http::{AppState, Meta, caller};
use crate::operations::{Claimant, PassedSecondFactor, RenewedSession};

/// Longer than any code, and any name of an issuer.
const CODE: usize = 64;
const ISSUER: usize = 100;
const PASSWORD: usize = 1024;

const NOT_A_METHOD: Problem = Problem::WrongType {
    expected: "\"otp\"|\"totp\"",
    received: "string",
};

/// The user who presents a second factor: of the challenge in the `Authorization` header, where clients without cookies
/// put it; else of the session; else of the challenge in the browser's cookie.
#[derive(Debug)]
pub struct SecondFactor(pub Claimant);

impl FromRequestParts<AppState> for SecondFactor {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &AppState) -> Result<Self, Failure> {
        let bearer = caller::bearer(&parts.headers).and_then(|token| ChallengeToken::parse(token).ok());
        let challenge = match bearer {
            Some(challenge) => Some(challenge),
            None => match Visitor::from_request_parts(parts, app).await?.caller {
                Some(caller) => return Ok(Self(Claimant::SignedIn(caller))),
                None => cookies::two_factor(&parts.headers, &app.config)
                    .and_then(|token| ChallengeToken::parse(&token).ok()),
            },
        };
        let Some(challenge) = challenge else {
            return Err(Failure::invalid_two_factor_cookie());
        };
        let now = Meta::of(parts, app).now;
        match app.core.pending_sign_in(&challenge, now).await? {
            Some(pending) => Ok(Self(Claimant::SigningIn(pending))),
            None => Err(Failure::invalid_two_factor_cookie()),
        }
    }
}

request! {
    pub struct EnableTwoFactorRequest {
        password: PasswordAttempt = text("password", 0, PASSWORD),
        /// The name that the authenticator app shows beside the code.
        issuer: Option<String> = issuer(),
        method: TwoFactorMethod = method(),
    }

    pub struct OwnPasswordRequest {
        password: PasswordAttempt = text("password", 0, PASSWORD),
    }

    pub struct VerifyCodeRequest {
        code: String = code(),
        trust_device: bool = "trustDevice".unwrap_or(false),
    }

    pub struct VerifyBackupCodeRequest {
        code: String = code(),
        trust_device: bool = "trustDevice".unwrap_or(false),
        disable_session: bool = "disableSession".unwrap_or(false),
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TwoFactorMethod {
    /// An authenticator app.
    Totp,
    /// Codes by mail.
    Otp,
}

crate::domain::text::text_enum!(TwoFactorMethod { Totp => "totp", Otp => "otp" });

fn issuer(fields: &mut Fields<'_>) -> Read<Option<String>> {
    let issuer: Option<String> = optional_text(fields, "issuer", 0, ISSUER)?;
    Some(issuer.filter(|issuer| !issuer.is_empty()))
}

/// Apps show codes in groups, and people type them as they are shown.
fn code(fields: &mut Fields<'_>) -> Read<String> {
    let typed = fields.text("code", 0, CODE)?;
    Some(typed.split_whitespace().collect())
}

fn method(fields: &mut Fields<'_>) -> Read<TwoFactorMethod> {
    match fields.optional_string("method")? {
        None => Some(TwoFactorMethod::Totp),
        Some(name) => TwoFactorMethod::parse(name).or_else(|| fields.problem("method", NOT_A_METHOD)),
    }
}

#[derive(Debug, Serialize)]
struct Passed {
    status: bool,
    token: String,
    user: User,
    session: Session,
}

/// The answer to a second factor that was right. The document and the clients differ in what they look for; all of it
/// is there.
pub fn passed_second_factor(passed: &PassedSecondFactor, config: &Config) -> Response {
    // The token goes back only to the client that presented it; other clients get the handle.
    let token = match &passed.token {
        Some(token) => token.to_string(),
        None => passed.session.id.to_string(),
    };
    let answer = Passed {
        status: true,
        user: User::from(&passed.user),
        session: Session::of(&passed.session, token.clone()),
        token,
    };
    let mut response = Json(answer).into_response();
    if let (true, Some(token)) = (passed.is_new, &passed.token) {
        cookies::set_session(&mut response, &passed.session, token, config);
        cookies::clear_challenge(&mut response, config);
    }
    if let Some(device) = &passed.trusted_device {
        cookies::set_trusted_device(&mut response, device, config);
    }
    response
}

/// Hands out the session under its new token, beside an answer.
pub fn with_renewed_session(answer: impl IntoResponse, renewed: &RenewedSession, config: &Config) -> Response {
    let mut response = answer.into_response();
    cookies::set_session(&mut response, &renewed.session, &renewed.token, config);
    response
}
