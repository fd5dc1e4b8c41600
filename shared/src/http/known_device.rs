//! The token of a known device (see `domain::known_device`): a cookie for browsers, and a header for clients that keep no
//! cookies. Every contract sends both with the response to a sign-in with a password, to a sign-up that opens a session and
//! to a reset, and every contract reads them.

use axum::response::Response;
use cookie::{Cookie, SameSite};
use http::header::{COOKIE, SET_COOKIE};
use http::{HeaderMap, HeaderName, HeaderValue};

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
    let cookies = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
    cookies
        .flat_map(Cookie::split_parse)
        .flatten()
        .filter(|cookie| cookie.name() == wanted)
        .find_map(|cookie| KnownDeviceToken::parse(cookie.value()).ok())
}

/// The headers that give the client its token.
pub fn headers(token: Option<&KnownDeviceToken>, config: &Config) -> HeaderMap {
    let mut headers = HeaderMap::new();
    let Some(token) = token.map(ToString::to_string) else {
        return headers;
    };
    let cookie = Cookie::build((name(config), token.clone()))
        .path("/")
        .http_only(true)
        .same_site(SameSite::Lax)
        .secure(config.has_secure_cookies())
        .max_age(KEPT_FOR)
        .build();
    for (name, value) in [(DEVICE_TOKEN, token), (SET_COOKIE, cookie.to_string())] {
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

fn name(config: &Config) -> &'static str {
    if config.has_secure_cookies() {
        "__Secure-ostiary.device"
    } else {
        DEVICE
    }
}
