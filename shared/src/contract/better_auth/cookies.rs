//! The cookies of the `better_auth` contract, and the headers in which clients without cookies get and send the same
//! tokens. On https the names have a prefix, and browsers never send such cookies over plain http.
//!
//! A browser may send several cookies of one name: of other paths or domains, or planted by a page of a sister domain.
//! Their order says nothing about which one is valid, so all of them are candidates.

use std::collections::HashSet;

use axum::response::Response;
use cookie::{Cookie, SameSite};
use http::header::{ACCESS_CONTROL_EXPOSE_HEADERS, COOKIE, SET_COOKIE};
use http::{HeaderMap, HeaderName, HeaderValue};

use crate::config::Config;
use crate::domain::authorization::BrowserSecret;
use crate::domain::passkey::Ceremony;
use crate::domain::token::CeremonyToken;
use crate::domain::trusted_device::TRUSTED_FOR;
use crate::domain::{AuthorizationId, ChallengeToken, RefreshToken, Session, SessionToken, TrustedDeviceToken};
use crate::http::caller::bearer;
use crate::http::request_cookies::all;
use crate::http::token_headers;
use crate::operations::{AUTHORIZATION_LIFETIME, Challenge, Credential};

const SESSION_TOKEN: &str = "better-auth.session_token";
const SESSION_DATA: &str = "better-auth.session_data";
const DONT_REMEMBER: &str = "better-auth.dont_remember";
const TWO_FACTOR: &str = "better-auth.two_factor";
const STATE: &str = "better-auth.state";
const TRUST_DEVICE: &str = "better-auth.trust_device";
/// The framework repeats its prefix in this name.
const PASSKEY: &str = "better-auth.better-auth-passkey";
const ADMIN_SESSION: &str = "better-auth.admin_session";

/// The request headers in which clients without cookies send what `Authorization` does not carry.
const PASSKEY_HEADER: &str = "x-passkey-token";
const TRUST_DEVICE_HEADER: &str = "x-trust-device-token";
const STATE_HEADER: &str = "x-state-token";
const ADMIN_SESSION_HEADER: &str = "x-admin-session-token";

/// How many cookies of one name are tried. Each may cost a read.
const MAX_TRIED: usize = 8;
/// How many redirects to providers, and how many challenges of passkeys, may be pending in one browser. Each has a
/// cookie of its own, so that parallel tabs do not replace each other's, and the oldest give way.
const MAX_PENDING: usize = 5;

/// The values of the session cookies that may be credentials. Other servers append a signature to the token; this service needs none.
pub fn session_tokens(headers: &HeaderMap, config: &Config) -> Vec<String> {
    values(SESSION_TOKEN, headers, config, |text| {
        Credential::parse(text).map(|_| text.to_owned())
    })
}

/// The tokens in cookies that authorize the verification of the second factor.
pub fn challenges(headers: &HeaderMap, config: &Config) -> Vec<ChallengeToken> {
    values(TWO_FACTOR, headers, config, |text| ChallengeToken::parse(text).ok())
}

/// The tokens of which one binds a provider's redirect to the browser that began this authorization.
pub fn states(headers: &HeaderMap, id: AuthorizationId, config: &Config) -> Vec<BrowserSecret> {
    tokens(STATE_HEADER, &state_cookie(id), headers, config, BrowserSecret::parse)
}

/// The tokens that exempt a trusted browser from the second factor. A malformed token is ignored.
pub fn trusted_devices(headers: &HeaderMap, config: &Config) -> Vec<TrustedDeviceToken> {
    let parse = |text: &str| TrustedDeviceToken::parse(text).ok();
    tokens(TRUST_DEVICE_HEADER, TRUST_DEVICE, headers, config, parse)
}

/// The sessions of an administrator who impersonates a user.
pub fn admin_sessions(headers: &HeaderMap, config: &Config) -> Vec<SessionToken> {
    let parse = |text: &str| SessionToken::parse(text).ok();
    tokens(ADMIN_SESSION_HEADER, ADMIN_SESSION, headers, config, parse)
}

/// The token that identifies the challenge of a passkey ceremony.
#[derive(Debug)]
pub struct PresentedCeremony {
    pub token: CeremonyToken,
    /// The cookie that carried the token.
    cookie: Option<String>,
}

/// Finds the token of the challenge that a response answers. A response to another challenge takes the only pending
/// one, which its refusal uses up; with several pending it takes none.
pub fn ceremony(headers: &HeaderMap, answered: Option<&[u8]>, config: &Config) -> Option<PresentedCeremony> {
    let presented = header(PASSKEY_HEADER, headers).or_else(|| bearer(headers).map(str::to_owned));
    if let Some(token) = presented.and_then(|text| CeremonyToken::parse(&text).ok()) {
        return Some(PresentedCeremony { token, cookie: None });
    }
    let pending = pending(PASSKEY, headers, config);
    let wanted = answered.map(|challenge| name(&passkey_cookie(challenge), config));
    let matching = pending.iter().find(|(name, _)| Some(*name) == wanted.as_deref());
    let only = if let [cookie] = pending.as_slice() {
        Some(cookie)
    } else {
        None
    };
    let (name, value) = matching.or(only)?;
    Some(PresentedCeremony {
        token: CeremonyToken::parse(value).ok()?,
        cookie: Some((*name).to_owned()),
    })
}

pub fn has_any(headers: &HeaderMap) -> bool {
    headers.contains_key(COOKIE)
}

/// Sends the session token to the browser, and to clients that use a bearer token.
pub fn set_session(response: &mut Response, session: &Session, token: &SessionToken, config: &Config) {
    let token = token.to_string();
    let lifetime = session.expires_at.duration_since(session.updated_at).as_secs();
    let max_age = session.remember_me.then_some(lifetime);
    set(response, SESSION_TOKEN, &token, max_age, config);
    if !session.remember_me {
        set(response, DONT_REMEMBER, "true", None, config);
    }
    hand_out(response, token_headers::AUTH, &token);
}

/// Sends the refresh token of a session that took the place of the one behind the client's access token, because the
/// client's refresh token ended with that session.
pub fn set_refresh_token(response: &mut Response, token: &RefreshToken) {
    hand_out(response, token_headers::REFRESH, &token.to_string());
}

/// Sends the token of the second-factor challenge, and clears the browser's session cookie: a previous session is not
/// the one that is being verified.
pub fn set_challenge(response: &mut Response, challenge: &Challenge, config: &Config) {
    let Challenge { session, token, .. } = challenge;
    let token = token.to_string();
    let lifetime = session.expires_at.duration_since(session.updated_at).as_secs();
    clear(response, SESSION_TOKEN, config);
    set(response, TWO_FACTOR, &token, Some(lifetime), config);
    hand_out(response, token_headers::TWO_FACTOR, &token);
}

/// Sends the browser the token that it must present when a provider redirects it back.
pub fn set_state(
    response: &mut Response,
    id: AuthorizationId,
    browser: &BrowserSecret,
    headers: &HeaderMap,
    config: &Config,
) {
    let token = browser.to_string();
    make_room(response, STATE, headers, config);
    set(
        response,
        &state_cookie(id),
        &token,
        Some(AUTHORIZATION_LIFETIME.as_secs()),
        config,
    );
    hand_out(response, token_headers::STATE, &token);
}

pub fn clear_state(response: &mut Response, id: AuthorizationId, config: &Config) {
    clear(response, &state_cookie(id), config);
}

/// Keeps the administrator's own session in a second cookie during the impersonation.
pub fn set_admin_session(response: &mut Response, session: &Session, token: &SessionToken, config: &Config) {
    let lifetime = session.expires_at.duration_since(session.updated_at).as_secs();
    set(response, ADMIN_SESSION, &token.to_string(), Some(lifetime), config);
}

pub fn clear_admin_session(response: &mut Response, config: &Config) {
    clear(response, ADMIN_SESSION, config);
}

pub fn clear_challenge(response: &mut Response, config: &Config) {
    clear(response, TWO_FACTOR, config);
}

pub fn set_trusted_device(response: &mut Response, token: &TrustedDeviceToken, config: &Config) {
    let token = token.to_string();
    set(response, TRUST_DEVICE, &token, Some(TRUSTED_FOR.as_secs()), config);
    hand_out(response, token_headers::TRUST_DEVICE, &token);
}

pub fn clear_trusted_device(response: &mut Response, config: &Config) {
    clear(response, TRUST_DEVICE, config);
}

/// Sends the token that identifies the challenge of a passkey ceremony.
pub fn set_ceremony(
    response: &mut Response,
    challenge: &[u8],
    token: &CeremonyToken,
    headers: &HeaderMap,
    config: &Config,
) {
    let token = token.to_string();
    make_room(response, PASSKEY, headers, config);
    let lifetime = Ceremony::LIFETIME.as_secs();
    set(response, &passkey_cookie(challenge), &token, Some(lifetime), config);
    hand_out(response, token_headers::PASSKEY, &token);
}

/// Clears the cookie of a challenge that was answered.
pub fn clear_ceremony(response: &mut Response, presented: &PresentedCeremony, config: &Config) {
    if let Some(cookie) = &presented.cookie {
        clear_named(response, cookie, config);
    }
}

/// Clears all session cookies.
pub fn clear_session(response: &mut Response, config: &Config) {
    for cleared in [SESSION_TOKEN, SESSION_DATA, DONT_REMEMBER] {
        clear(response, cleared, config);
    }
}

fn state_cookie(id: AuthorizationId) -> String {
    format!("{STATE}.{id}")
}

fn passkey_cookie(challenge: &[u8]) -> String {
    format!("{PASSKEY}.{}", Ceremony::tag(challenge))
}

/// The token of the request header, and those of the cookies.
fn tokens<T>(
    in_header: &str,
    base: &str,
    headers: &HeaderMap,
    config: &Config,
    parse: impl Fn(&str) -> Option<T>,
) -> Vec<T> {
    let presented = header(in_header, headers).and_then(|text| parse(&text));
    presented
        .into_iter()
        .chain(values(base, headers, config, &parse))
        .collect()
}

/// What `parse` makes of the distinct values of all cookies of a name, in the order in which the browser sends them.
/// A value that cannot be a token does not count against the limit, so that planted ones do not hide the valid one.
fn values<T>(base: &str, headers: &HeaderMap, config: &Config, parse: impl Fn(&str) -> Option<T>) -> Vec<T> {
    let wanted = name(base, config);
    let mut seen = HashSet::new();
    all(headers)
        .filter(|(name, _)| *name == wanted)
        .map(|(_, value)| decoded(value))
        .filter(|value| seen.insert(value.clone()))
        .filter_map(|value| parse(&value))
        .take(MAX_TRIED)
        .collect()
}

/// The cookies of which a browser has one for each pending ceremony: `base`, a dot and a tag.
fn pending<'h>(base: &str, headers: &'h HeaderMap, config: &Config) -> Vec<(&'h str, &'h str)> {
    let prefix = name(base, config) + ".";
    let is_tag = |tag: &str| {
        tag.bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
    };
    all(headers)
        .filter(|(name, _)| name.strip_prefix(&prefix).is_some_and(is_tag))
        .collect()
}

/// Clears the oldest cookies of pending ceremonies, so that one more is within the limit. Browsers send older cookies
/// first (RFC 6265, section 5.4).
fn make_room(response: &mut Response, base: &str, headers: &HeaderMap, config: &Config) {
    let pending = pending(base, headers, config);
    let surplus = (pending.len() + 1).saturating_sub(MAX_PENDING);
    for (oldest, _) in pending.into_iter().take(surplus) {
        clear_named(response, oldest, config);
    }
}

/// Values are percent-encoded when they are set.
fn decoded(value: &str) -> String {
    let cookie = Cookie::parse_encoded(format!("value={value}"));
    cookie.map_or_else(|_| value.to_owned(), |cookie| cookie.value().to_owned())
}

/// The value of a request header that stands for a cookie.
fn header(name: &str, headers: &HeaderMap) -> Option<String> {
    Some(headers.get(name)?.to_str().ok()?.to_owned())
}

fn hand_out(response: &mut Response, header: &'static str, token: &str) {
    if let Ok(value) = HeaderValue::from_str(token) {
        let headers = response.headers_mut();
        headers.insert(HeaderName::from_static(header), value);
        headers.append(ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static(header));
    }
}

fn set(response: &mut Response, base: &str, value: &str, max_age: Option<i64>, config: &Config) {
    let name = name(base, config);
    if config.cookies.domain.is_some() {
        // A cookie from before the domain was configured would be sent beside the new one, and first.
        append(response, &cookie(&name, "", Some(0), None, config));
    }
    let domain = config.cookies.domain.as_deref();
    append(response, &cookie(&name, value, max_age, domain, config));
}

fn clear(response: &mut Response, base: &str, config: &Config) {
    set(response, base, "", Some(0), config);
}

/// Clears a cookie whose name is given as the browser sent it, with its prefix.
fn clear_named(response: &mut Response, name: &str, config: &Config) {
    let base = name.strip_prefix(config.cookies.prefix).unwrap_or(name);
    clear(response, base, config);
}

fn cookie(name: &str, value: &str, max_age: Option<i64>, domain: Option<&str>, config: &Config) -> Cookie<'static> {
    let settings = &config.cookies;
    // A provider's redirect comes from another site, and must find the cookie of its state.
    let is_state = name.starts_with(&self::name(STATE, config));
    let same_site = match settings.same_site {
        SameSite::Strict if is_state => SameSite::Lax,
        same_site => same_site,
    };
    let mut cookie = Cookie::build((name.to_owned(), value.to_owned()))
        .path("/")
        .http_only(true)
        .same_site(same_site);
    if let Some(domain) = domain {
        cookie = cookie.domain(domain.to_owned());
    }
    if let Some(seconds) = max_age {
        cookie = cookie.max_age(cookie::time::Duration::seconds(seconds));
    }
    if settings.is_secure() {
        cookie = cookie.secure(true);
    }
    cookie.build()
}

fn name(base: &str, config: &Config) -> String {
    format!("{}{base}", config.cookies.prefix)
}

fn append(response: &mut Response, cookie: &Cookie<'_>) {
    if let Ok(value) = HeaderValue::from_str(&cookie.encoded().to_string()) {
        response.headers_mut().append(SET_COOKIE, value);
    }
}
