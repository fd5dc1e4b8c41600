//! Metadata of a request: its ids, its time and the address of its client. None of it is from a header that the client
//! could have written, except for the user agent, which is displayed and never trusted, and the token of a known device
//! and the response to a captcha, which are verified.

use std::convert::Infallible;
use std::net::IpAddr;

use axum::extract::{FromRequestParts, Request};
use http::header::USER_AGENT;
use http::request::Parts;
use http::{HeaderMap, HeaderName};
use jiff::Timestamp;
use lambda_http::Context;
use lambda_http::request::RequestContext;

use super::origin::{is_cross_site, stated_origin};
use super::{AppState, known_device};
use crate::captcha::CaptchaCheck;
use crate::config::ProxySecrets;
use crate::domain::Contract;
use crate::operations::Client;

/// CloudFront adds this header, with the secret of the configuration, to each request that it forwards.
const PROXY_SECRET: HeaderName = HeaderName::from_static("x-origin-verify");
/// The address and the port of CloudFront's client.
const VIEWER_ADDRESS: HeaderName = HeaderName::from_static("cloudfront-viewer-address");

#[derive(Debug, Clone)]
pub struct Meta {
    /// The time of the request. The clock is read once, so that the whole request has one time.
    pub now: Timestamp,
    pub client: Client,
    /// The response to a captcha, for contracts that have no field for it.
    pub captcha_response: Option<String>,
    /// The origin that the request says it comes from. It may be any.
    pub origin: Option<String>,
    /// Whether a page of an untrusted site caused the request.
    pub is_cross_site: bool,
}

const CAPTCHA_RESPONSE: &str = "x-captcha-response";

impl FromRequestParts<AppState> for Meta {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &AppState) -> Result<Self, Infallible> {
        Ok(Self::of(parts, app))
    }
}

impl Meta {
    /// The captcha of an operation whose contract has no field for the response.
    pub fn captcha(&self, contract: Contract, app: &AppState) -> CaptchaCheck {
        app.config.captcha_check(contract, self.captcha_response.as_deref())
    }

    /// The first call reads the clock; later calls in the same request return the same time.
    pub fn of(parts: &mut Parts, app: &AppState) -> Self {
        if let Some(known) = parts.extensions.get::<Self>() {
            return known.clone();
        }
        let user_agent = parts
            .headers
            .get(USER_AGENT)
            .and_then(|value| value.to_str().ok())
            .unwrap_or("");
        let client = Client {
            ip: client_ip(parts),
            user_agent: user_agent.to_owned(),
            device_name: None,
            known_devices: known_device::presented(&parts.headers, &app.config),
        };
        let captcha_response = parts.headers.get(CAPTCHA_RESPONSE);
        let meta = Self {
            now: app.clock.now(),
            client,
            captcha_response: captcha_response
                .and_then(|value| value.to_str().ok())
                .map(str::to_owned),
            origin: stated_origin(&parts.headers),
            is_cross_site: is_cross_site(&parts.headers, &app.config.settings.trusted_origins),
        };
        parts.extensions.insert(meta.clone());
        meta
    }
}

/// Attaches the secrets of trusted proxies to a request that presents one. Only such a request needs them, which may take
/// a call to AWS. It precedes the first [`Meta::of`].
pub async fn attach_proxy_secrets(app: &AppState, request: &mut Request, now: Timestamp) {
    if request.headers().contains_key(PROXY_SECRET) {
        let secrets = app.core.proxy_secrets(now).await;
        request.extensions_mut().insert(secrets);
    }
}

/// The client of a trusted proxy, or else the address that connected to API Gateway.
fn client_ip(parts: &Parts) -> String {
    let secrets = parts.extensions.get::<ProxySecrets>();
    let viewer = secrets.and_then(|secrets| viewer_of(&parts.headers, secrets));
    viewer.map_or_else(|| source_ip(parts), |address| address.to_string())
}

/// `None`: the request did not come through the trusted proxy, or the proxy is not configured to name its client. An
/// address of several headers is not believed: CloudFront replaces what its client has sent.
fn viewer_of(headers: &HeaderMap, secrets: &ProxySecrets) -> Option<IpAddr> {
    let secret = only_value(headers, &PROXY_SECRET)?;
    if !secrets.contain(secret) {
        return None;
    }
    let viewer = std::str::from_utf8(only_value(headers, &VIEWER_ADDRESS)?).ok()?;
    let (address, _port) = viewer.rsplit_once(':')?;
    address.trim_start_matches('[').trim_end_matches(']').parse().ok()
}

fn only_value<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a [u8]> {
    let mut values = headers.get_all(name).iter();
    let value = values.next()?;
    values.next().is_none().then_some(value.as_bytes())
}

fn source_ip(parts: &Parts) -> String {
    match parts.extensions.get::<RequestContext>() {
        Some(RequestContext::ApiGatewayV2(context)) => context.http.source_ip.clone().unwrap_or_default(),
        _ => String::new(),
    }
}

/// Lambda's id of the invocation, for the log.
pub fn lambda_request_id(extensions: &http::Extensions) -> Option<String> {
    extensions.get::<Context>().map(|context| context.request_id.clone())
}

/// API Gateway's id of the request, for the log and the response.
pub fn request_id(extensions: &http::Extensions) -> Option<String> {
    match extensions.get::<RequestContext>() {
        Some(RequestContext::ApiGatewayV2(context)) => context.request_id.clone(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "0123456789abcdef0123456789abcdef";

    fn viewer(pairs: &[(HeaderName, &str)]) -> Option<String> {
        let headers = pairs
            .iter()
            .map(|(name, value)| (name.clone(), value.parse().expect("a value")));
        let mut all = HeaderMap::new();
        for (name, value) in headers {
            all.append(name, value);
        }
        viewer_of(&all, &SECRET.parse().expect("a secret")).map(|address| address.to_string())
    }

    #[test]
    fn only_the_proxy_with_the_secret_names_the_client() {
        for (address, expected) in [
            ("198.51.100.10:46532", Some("198.51.100.10")),
            ("2001:db8::1:46532", Some("2001:db8::1")),
            ("[2001:db8::1]:46532", Some("2001:db8::1")),
            ("198.51.100.10", None),
            ("198.51.100.10:1, 198.51.100.11:2", None),
            ("example.com:1", None),
        ] {
            let found = viewer(&[(PROXY_SECRET, SECRET), (VIEWER_ADDRESS, address)]);
            assert_eq!(found.as_deref(), expected, "{address}");
        }
        let address = (VIEWER_ADDRESS, "198.51.100.10:46532");
        assert_eq!(viewer(std::slice::from_ref(&address)), None);
        assert_eq!(viewer(&[(PROXY_SECRET, &SECRET[1..]), address.clone()]), None);
        assert_eq!(
            viewer(&[(PROXY_SECRET, SECRET), address.clone(), address.clone()]),
            None
        );
        assert_eq!(viewer(&[(PROXY_SECRET, SECRET), (PROXY_SECRET, SECRET), address]), None);
        assert_eq!(viewer(&[(PROXY_SECRET, SECRET)]), None);
    }

    #[test]
    fn without_a_secret_no_proxy_is_trusted() {
        let mut headers = HeaderMap::new();
        headers.insert(PROXY_SECRET, "".parse().expect("a value"));
        headers.insert(VIEWER_ADDRESS, "198.51.100.10:46532".parse().expect("a value"));
        assert_eq!(viewer_of(&headers, &ProxySecrets::default()), None);
    }
}
