//! The second factor in the `better_auth` contract: the user who presents it, requests and responses.

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
use crate::contract::fields::parsers::{optional_name, text};
use crate::contract::fields::{Fields, Problem, Read, request};
use crate::domain::code::normalized;
use crate::domain::{BackupCode, ChallengeToken, PasswordAttempt};
use crate::http::{AppState, Meta, caller};
use crate::operations::{Caller, ChallengeCarrier, Claimant, PassedSecondFactor, RenewedSession};

/// This limit exceeds every code and every issuer name.
const CODE: usize = 64;
const ISSUER: usize = 100;
const PASSWORD: usize = 1024;

const NOT_A_METHOD: Problem = Problem::WrongType {
    expected: "\"otp\"|\"totp\"",
    received: "string",
};

/// The user who presents a second factor: from the challenge in the `Authorization` header, which clients without
/// cookies use; else from the session; else from the challenge in the browser's cookie.
#[derive(Debug)]
pub struct SecondFactor(pub Claimant);

impl FromRequestParts<AppState> for SecondFactor {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &AppState) -> Result<Self, Failure> {
        let bearer = caller::bearer(&parts.headers).and_then(|token| ChallengeToken::parse(token).ok());
        let (challenges, carrier) = match bearer {
            Some(challenge) => (vec![challenge], ChallengeCarrier::Header),
            None => match Visitor::from_request_parts(parts, app).await?.caller {
                Some(caller) => return Ok(Self(Claimant::SignedIn(caller))),
                None => (
                    cookies::challenges(&parts.headers, &app.config),
                    ChallengeCarrier::Cookie,
                ),
            },
        };
        let now = Meta::of(parts, app).now;
        for challenge in &challenges {
            if let Some(pending) = app.core.pending_sign_in(challenge, carrier, now).await? {
                return Ok(Self(Claimant::SigningIn(pending)));
            }
        }
        Err(Failure::invalid_two_factor_cookie())
    }
}

request! {
    pub struct EnableTwoFactorRequest {
        password: PasswordAttempt = text("password", 0, PASSWORD),
        /// The name that the authenticator app displays beside the code.
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
        code: String = backup_code(),
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
    let issuer: Option<String> = optional_name(fields, "issuer", 0, ISSUER)?;
    Some(issuer.filter(|issuer| !issuer.is_empty()))
}

fn code(fields: &mut Fields<'_>) -> Read<String> {
    fields.text("code", 0, CODE).map(normalized)
}

fn backup_code(fields: &mut Fields<'_>) -> Read<String> {
    fields.text("code", 0, CODE).map(BackupCode::canonical)
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

/// The response to a valid second factor. The document and the clients expect different fields; the response has all of
/// them.
pub fn passed_second_factor(passed: &PassedSecondFactor, config: &Config) -> Response {
    let token = passed.token.to_string();
    let answer = Passed {
        status: true,
        user: User::from(&passed.user),
        session: Session::of(&passed.session, token.clone()),
        token,
    };
    let mut response = Json(answer).into_response();
    cookies::set_session(&mut response, &passed.session, &passed.token, config);
    cookies::clear_challenge(&mut response, config);
    if let Some(refresh_token) = &passed.refresh_token {
        cookies::set_refresh_token(&mut response, refresh_token);
    }
    if let Some(device) = &passed.trusted_device {
        cookies::set_trusted_device(&mut response, device, config);
    }
    response
}

/// Adds the tokens of the session that took the place of the caller's to a response.
pub fn with_renewed_session(
    answer: impl IntoResponse,
    caller: &Caller,
    renewed: &RenewedSession,
    config: &Config,
) -> Response {
    let mut response = answer.into_response();
    cookies::set_session(&mut response, &renewed.session, &renewed.token, config);
    if caller.token.is_none() {
        cookies::set_refresh_token(&mut response, &renewed.refresh_token);
    }
    response
}
