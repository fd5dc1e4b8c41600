//! The cookies of the `better_auth` contract. On https they have the `__Secure-` prefix, and browsers never send them
//! over plain http.

use axum::response::Response;
use cookie::{Cookie, SameSite};
use http::header::{COOKIE, SET_COOKIE};
use http::{HeaderMap, HeaderName, HeaderValue};

use crate::config::Config;
use crate::domain::authorization::BrowserSecret;
use crate::domain::passkey::Ceremony;
use crate::domain::token::CeremonyToken;
use crate::domain::trusted_device::TRUSTED_FOR;
use crate::domain::{Session, SessionToken, TrustedDeviceToken};
use crate::operations::{AUTHORIZATION_LIFETIME, Challenge};

const SESSION_TOKEN: &str = "better-auth.session_token";
const SESSION_DATA: &str = "better-auth.session_data";
const DONT_REMEMBER: &str = "better-auth.dont_remember";
const TWO_FACTOR: &str = "better-auth.two_factor";
const STATE: &str = "better-auth.state";
const TRUST_DEVICE: &str = "better-auth.trust_device";
/// The framework repeats its prefix in this name.
const PASSKEY: &str = "better-auth.better-auth-passkey";
const ADMIN_SESSION: &str = "better-auth.admin_session";

/// This header carries the session token to clients that keep no cookies.
const BEARER_HEADER: HeaderName = HeaderName::from_static("set-auth-token");
const EXPOSE_HEADERS: HeaderName = HeaderName::from_static("access-control-expose-headers");

/// The value of the session cookie. Other servers append a signature to the token; this service needs none.
pub fn session_token(headers: &HeaderMap, config: &Config) -> Option<String> {
    value(SESSION_TOKEN, headers, config)
}

/// The token that authorizes the verification of the second factor.
pub fn two_factor(headers: &HeaderMap, config: &Config) -> Option<String> {
    value(TWO_FACTOR, headers, config)
}

/// The token that binds a provider's redirect to the browser that began the sign-in.
pub fn state(headers: &HeaderMap, config: &Config) -> Option<String> {
    value(STATE, headers, config)
}

/// The token that exempts a trusted browser from the second factor. A malformed token is ignored.
pub fn trusted_device(headers: &HeaderMap, config: &Config) -> Option<TrustedDeviceToken> {
    value(TRUST_DEVICE, headers, config).and_then(|token| TrustedDeviceToken::parse(&token).ok())
}

/// The session of an administrator who impersonates a user.
pub fn admin_session(headers: &HeaderMap, config: &Config) -> Option<String> {
    value(ADMIN_SESSION, headers, config)
}

/// The token that identifies the challenge of a passkey ceremony.
pub fn ceremony_token(headers: &HeaderMap, config: &Config) -> Option<CeremonyToken> {
    CeremonyToken::parse(&value(PASSKEY, headers, config)?).ok()
}

fn value(base: &str, headers: &HeaderMap, config: &Config) -> Option<String> {
    let wanted = name(base, config);
    let cookies = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
    cookies
        .flat_map(Cookie::split_parse_encoded)
        .flatten()
        .find(|cookie| cookie.name() == wanted)
        .map(|cookie| cookie.value().to_owned())
}

pub fn has_any(headers: &HeaderMap) -> bool {
    headers.contains_key(COOKIE)
}

/// Sends the session token to the browser, and to clients that use a bearer token.
pub fn set_session(response: &mut Response, session: &Session, token: &SessionToken, config: &Config) {
    let token = token.to_string();
    let lifetime = session.expires_at.duration_since(session.updated_at).as_secs();
    let max_age = session.remember_me.then_some(lifetime);
    append(response, &cookie(SESSION_TOKEN, token.clone(), max_age, config));
    if !session.remember_me {
        append(response, &cookie(DONT_REMEMBER, "true".to_owned(), None, config));
    }
    if let Ok(value) = HeaderValue::from_str(&token) {
        response.headers_mut().insert(BEARER_HEADER, value);
        response
            .headers_mut()
            .insert(EXPOSE_HEADERS, HeaderValue::from_static("set-auth-token"));
    }
}

/// Sends the browser the token of the second-factor challenge, and clears its session cookie: a previous session is not
/// the one that is being verified.
pub fn set_challenge(response: &mut Response, challenge: &Challenge, config: &Config) {
    let Challenge { session, token, .. } = challenge;
    let lifetime = session.expires_at.duration_since(session.updated_at).as_secs();
    append(response, &cookie(SESSION_TOKEN, String::new(), Some(0), config));
    append(response, &cookie(TWO_FACTOR, token.to_string(), Some(lifetime), config));
}

/// Sends the browser the token that it must present when a provider redirects it back.
pub fn set_state(response: &mut Response, browser: &BrowserSecret, config: &Config) {
    let lifetime = AUTHORIZATION_LIFETIME.as_secs();
    append(response, &cookie(STATE, browser.to_string(), Some(lifetime), config));
}

pub fn clear_state(response: &mut Response, config: &Config) {
    append(response, &cookie(STATE, String::new(), Some(0), config));
}

/// Keeps the administrator's own session in a second cookie during the impersonation.
pub fn set_admin_session(response: &mut Response, session: &Session, token: &SessionToken, config: &Config) {
    let lifetime = session.expires_at.duration_since(session.updated_at).as_secs();
    append(
        response,
        &cookie(ADMIN_SESSION, token.to_string(), Some(lifetime), config),
    );
}

pub fn clear_admin_session(response: &mut Response, config: &Config) {
    append(response, &cookie(ADMIN_SESSION, String::new(), Some(0), config));
}

pub fn clear_challenge(response: &mut Response, config: &Config) {
    append(response, &cookie(TWO_FACTOR, String::new(), Some(0), config));
}

pub fn set_trusted_device(response: &mut Response, token: &TrustedDeviceToken, config: &Config) {
    let lifetime = Some(TRUSTED_FOR.as_secs());
    append(response, &cookie(TRUST_DEVICE, token.to_string(), lifetime, config));
}

pub fn clear_trusted_device(response: &mut Response, config: &Config) {
    append(response, &cookie(TRUST_DEVICE, String::new(), Some(0), config));
}

/// Sends the browser the token that identifies its challenge.
pub fn set_ceremony(response: &mut Response, token: &CeremonyToken, config: &Config) {
    let lifetime = Ceremony::LIFETIME.as_secs();
    append(response, &cookie(PASSKEY, token.to_string(), Some(lifetime), config));
}

/// Clears the cookie of a challenge that was answered.
pub fn clear_ceremony(response: &mut Response, config: &Config) {
    append(response, &cookie(PASSKEY, String::new(), Some(0), config));
}

/// Clears all session cookies.
pub fn clear_session(response: &mut Response, config: &Config) {
    for cleared in [SESSION_TOKEN, SESSION_DATA, DONT_REMEMBER] {
        append(response, &cookie(cleared, String::new(), Some(0), config));
    }
}

fn cookie(base: &'static str, value: String, max_age: Option<i64>, config: &Config) -> Cookie<'static> {
    let mut cookie = Cookie::build((name(base, config), value))
        .path("/")
        .http_only(true)
        .same_site(SameSite::Lax);
    if let Some(seconds) = max_age {
        cookie = cookie.max_age(cookie::time::Duration::seconds(seconds));
    }
    if config.has_secure_cookies() {
        cookie = cookie.secure(true);
    }
    cookie.build()
}

fn name(base: &str, config: &Config) -> String {
    if config.has_secure_cookies() {
        format!("__Secure-{base}")
    } else {
        base.to_owned()
    }
}

fn append(response: &mut Response, cookie: &Cookie<'_>) {
    if let Ok(value) = HeaderValue::from_str(&cookie.encoded().to_string()) {
        response.headers_mut().append(SET_COOKIE, value);
    }
}
