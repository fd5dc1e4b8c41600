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

/// Bounds the counters that are read for one request.
const MAX_TRIED: usize = 8;

/// The tokens of the request. A token of another user, or one that is no longer valid, may come before the valid one: a
/// browser has one cookie for each path and domain, and an application may send a header besides. A malformed one is
/// ignored.
pub fn presented(headers: &HeaderMap, config: &Config) -> Vec<KnownDeviceToken> {
    let from_headers = headers.get_all(DEVICE_TOKEN).iter();
    let from_headers = from_headers.filter_map(|value| value.to_str().ok());
    let wanted = name(config);
    let from_cookies = request_cookies::all(headers).filter(|(name, _)| *name == wanted);
    from_headers
        .chain(from_cookies.map(|(_, value)| value))
        .filter_map(|text| KnownDeviceToken::parse(text).ok())
        .take(MAX_TRIED)
        .collect()
}

/// The headers that give the client its token. A request that a page of another site causes gets none: its token would
/// replace that of the visitor.
pub fn headers(token: Option<&KnownDeviceToken>, is_cross_site: bool, config: &Config) -> HeaderMap {
    let token = token.filter(|_| !is_cross_site);
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

/// Adds them to a response that may set other cookies, of an operation that rejects requests of other sites.
pub fn set(response: &mut Response, token: Option<&KnownDeviceToken>, config: &Config) {
    for (name, value) in headers(token, false, config) {
        if let Some(name) = name {
            response.headers_mut().append(name, value);
        }
    }
}

fn name(config: &Config) -> String {
    format!("{}{DEVICE}", config.cookies.prefix)
}
