//! The response to a sign-in in the `better_auth` contract, by any method: a session, or the request for the second
//! factor.

use axum::Json;
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use super::cookies;
use crate::config::Config;
use crate::operations::{Challenge, SignedIn};

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct TwoFactorRedirect {
    two_factor_redirect: bool,
    two_factor_methods: Vec<&'static str>,
}

/// The response to a sign-in that waits for a second factor: the client goes on to the page that asks for it.
pub fn ask_for_second_factor(challenge: &Challenge, config: &Config) -> Response {
    let answer = TwoFactorRedirect {
        two_factor_redirect: true,
        two_factor_methods: methods(challenge, config),
    };
    let mut response = Json(answer).into_response();
    cookies::set_challenge(&mut response, challenge, config);
    response
}

/// Backup codes are not listed: they are the fallback for a user who has lost the other methods.
fn methods(challenge: &Challenge, config: &Config) -> Vec<&'static str> {
    let totp = challenge.user.has_authenticator.then_some("totp");
    let otp = challenge.takes_mailed_codes(&config.settings).then_some("otp");
    totp.into_iter().chain(otp).collect()
}

/// For responses that are the same in both cases, such as redirects: the browser gets its session, or the token of the
/// second-factor challenge.
pub fn set_signed_in(response: &mut Response, signed_in: &SignedIn, config: &Config) {
    match signed_in {
        SignedIn::Session(opened) => cookies::set_session(response, &opened.session, &opened.token, config),
        SignedIn::SecondFactor(challenge) => cookies::set_challenge(response, challenge, config),
    }
}
