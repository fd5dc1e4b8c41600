//! The token of a known device (see `domain::known_device`): a cookie for browsers, and a header for clients that keep no
//! cookies. Every contract sends both with the response to a sign-in with a password, to a sign-up that opens a session and
//! to a reset, and every contract reads them.

use axum::response::Response;
use cookie::Cookie;
use http::header::SET_COOKIE;
use http::{HeaderMap, HeaderName, HeaderValue};

use super::request_cookies;
use crate::config::Config;
use crate::domain::KnownDeviceToken;

/// Clients without cookies send the token that they last got in this header.
pub const DEVICE_TOKEN: HeaderName = HeaderName::from_static("x-device-token");

const DEVICE: &str = "ostiary.device";

/// Browsers shorten a longer lifetime.
const KEPT_FOR: cookie::time::Duration = cookie::time::Duration::days(400);

/// The token of the request. A malformed one is ignored.
pub fn presented(headers: &HeaderMap, config: &Config) -> Option<KnownDeviceToken> {
    let from_header = headers.get(DEVICE_TOKEN).and_then(|value| value.to_str().ok());
    if let Some(token) = from_header.and_then(|text| KnownDeviceToken::parse(text).ok()) {
        return Some(token);
    }
    let wanted = name(config);
    request_cookies::all(headers)
        .filter(|(name, _)| *name == wanted)
        .find_map(|(_, value)| KnownDeviceToken::parse(value).ok())
}

/// The headers that give the client its token.
pub fn headers(token: Option<&KnownDeviceToken>, config: &Config) -> HeaderMap {
    let mut headers = HeaderMap::new();
    let Some(token) = token.map(ToString::to_string) else {
        return headers;
    };
    let mut cookie = Cookie::build((name(config), token.clone()))
        .path("/")
        .http_only(true)
        .same_site(config.cookies.same_site)
        .secure(config.cookies.is_secure())
        .max_age(KEPT_FOR);
    if let Some(domain) = &config.cookies.domain {
        cookie = cookie.domain(domain);
    }
    for (name, value) in [(DEVICE_TOKEN, token), (SET_COOKIE, cookie.build().to_string())] {
        if let Ok(value) = HeaderValue::from_str(&value) {
            headers.insert(name, value);
        }
    }
    headers
}

/// Adds them to a response that may set other cookies.
pub fn set(response: &mut Response, token: Option<&KnownDeviceToken>, config: &Config) {
    for (name, value) in headers(token, config) {
        if let Some(name) = name {
            response.headers_mut().append(name, value);
        }
    }
}

fn name(config: &Config) -> String {
    format!("{}{DEVICE}", config.cookies.prefix)
}
