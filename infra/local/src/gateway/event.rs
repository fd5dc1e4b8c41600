//! Converts an HTTP request to the event that Lambda passes to a function: payload format 2.0
//! (<https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html>).

use std::collections::BTreeMap;
use std::net::SocketAddr;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use jiff::Timestamp;
use lambda_http::http::request::Parts;
use lambda_http::http::uri::Authority;
use lambda_http::http::{HeaderMap, HeaderName, header};
use percent_encoding::percent_decode_str;
use serde_json::{Value, json};
use shared::clock::{Clock as _, SystemClock};
use shared::entropy::{Entropy, OsEntropy};
use url::{Url, form_urlencoded};

use super::routes::Found;

const STAGE: &str = "$default";

/// Headers that belong to the connection, or that have a member of their own in the event (`cookies`).
const NOT_FORWARDED: [HeaderName; 6] = [
    header::CONNECTION,
    header::TRANSFER_ENCODING,
    header::TE,
    header::UPGRADE,
    header::EXPECT,
    header::COOKIE,
];

/// What the gateway knows of a request before routing.
pub(super) struct Origin {
    request_id: String,
    /// Decoded, as in the event.
    pub(super) path: String,
    host: String,
    peer: SocketAddr,
    at: Timestamp,
}

impl Origin {
    /// `None` if the host or the path is malformed: AWS refuses such a request before it invokes a function.
    pub(super) fn of(head: &Parts, peer: SocketAddr, request_id: &str) -> Option<Self> {
        let authority = head.uri.authority().map(Authority::as_str);
        let host = head
            .headers
            .get(header::HOST)
            .map(|host| host.to_str().unwrap_or_default());
        let host = authority.or(host)?;
        Url::parse(&format!("http://{host}/")).ok()?;
        Some(Self {
            request_id: request_id.to_owned(),
            path: decoded_path(head.uri.path())?,
            host: host.to_owned(),
            peer,
            at: SystemClock.now(),
        })
    }
}

/// Fifteen characters and an equals sign, as in AWS.
pub(super) fn request_id() -> String {
    let entropy: &dyn Entropy = &OsEntropy;
    BASE64_STANDARD.encode(entropy.bytes::<11>())
}

/// An HTTP API decodes the path before routing, and cuts it at an encoded question mark.
pub(super) fn decoded_path(path: &str) -> Option<String> {
    let decoded = percent_decode_str(path).decode_utf8_lossy();
    let path = decoded.split('?').next().unwrap_or_default();
    path.starts_with('/').then(|| path.to_owned())
}

/// The event as JSON.
pub(super) fn json(head: &Parts, body: &[u8], origin: &Origin, found: &Found<'_>) -> Vec<u8> {
    let mut event = json!({
        "version": "2.0",
        "routeKey": found.target.key,
        "rawPath": origin.path,
        "rawQueryString": head.uri.query().unwrap_or_default(),
        "headers": headers(&head.headers, origin),
        "requestContext": context(head, origin, &found.target.key),
        "isBase64Encoded": false,
    });
    let query = query_parameters(head.uri.query().unwrap_or_default());
    for (name, map) in [("queryStringParameters", &query), ("pathParameters", &found.parameters)] {
        if !map.is_empty() {
            event[name] = json!(map);
        }
    }
    let cookies = cookies(&head.headers);
    if !cookies.is_empty() {
        event["cookies"] = json!(cookies);
    }
    if !body.is_empty() {
        let text = is_text(&head.headers).then(|| std::str::from_utf8(body).ok()).flatten();
        event["isBase64Encoded"] = text.is_none().into();
        event["body"] = text.map_or_else(|| BASE64_STANDARD.encode(body), str::to_owned).into();
    }
    event.to_string().into_bytes()
}

fn context(head: &Parts, origin: &Origin, route_key: &str) -> Value {
    let user_agent = head.headers.get(header::USER_AGENT).map(|value| text(value.as_bytes()));
    json!({
        "accountId": "000000000000",
        "apiId": "local",
        "domainName": origin.host,
        "domainPrefix": origin.host.split('.').next(),
        "http": {
            "method": head.method.as_str(),
            "path": origin.path,
            "protocol": format!("{:?}", head.version),
            "sourceIp": origin.peer.ip(),
            "userAgent": user_agent.unwrap_or_default(),
        },
        "requestId": origin.request_id,
        "routeKey": route_key,
        "stage": STAGE,
        "time": origin.at.strftime("%d/%b/%Y:%H:%M:%S +0000").to_string(),
        "timeEpoch": origin.at.as_millisecond(),
    })
}

/// Names are in lower case and repeated headers are joined, as in AWS, which also adds the headers at the end.
fn headers(headers: &HeaderMap, origin: &Origin) -> BTreeMap<String, String> {
    let forwarded = headers.keys().filter(|name| !NOT_FORWARDED.contains(name));
    let mut event: BTreeMap<_, _> = forwarded
        .map(|name| (name.as_str().to_owned(), joined(headers, name)))
        .collect();
    let peer = origin.peer.ip().to_string();
    let forwarded_for = match event.get("x-forwarded-for") {
        Some(before) => format!("{before}, {peer}"),
        None => peer,
    };
    let port = origin.host.rsplit_once(':').map_or("80", |(_, port)| port).to_owned();
    event.insert("x-forwarded-for".to_owned(), forwarded_for);
    event.insert("x-forwarded-port".to_owned(), port);
    event.insert("x-forwarded-proto".to_owned(), "http".to_owned());
    event.insert("host".to_owned(), origin.host.clone());
    event
}

fn joined(headers: &HeaderMap, name: &HeaderName) -> String {
    let values = headers.get_all(name).into_iter().map(|value| text(value.as_bytes()));
    values.collect::<Vec<_>>().join(",")
}

/// The text of a header value in an event, which is JSON. AWS does not document how it decodes bytes outside of ASCII:
/// this is UTF-8 as clients send it, and ISO 8859-1 (RFC 9110, section 5.5) for other bytes.
fn text(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => bytes.iter().map(|byte| char::from(*byte)).collect(),
    }
}

fn cookies(headers: &HeaderMap) -> Vec<String> {
    let lines = headers
        .get_all(header::COOKIE)
        .into_iter()
        .map(|value| text(value.as_bytes()));
    let cookies = lines.flat_map(|line| {
        line.split(';')
            .map(|cookie| cookie.trim().to_owned())
            .collect::<Vec<_>>()
    });
    cookies.filter(|cookie| !cookie.is_empty()).collect()
}

/// Repeated parameters are joined by commas.
fn query_parameters(query: &str) -> BTreeMap<String, String> {
    let mut parameters = BTreeMap::<String, String>::new();
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        parameters
            .entry(name.into_owned())
            .and_modify(|values| values.extend([",", &value]))
            .or_insert_with(|| value.clone().into_owned());
    }
    parameters
}

/// An HTTP API treats these types as text and everything else as binary, including forms and bodies without a type. AWS
/// does not document them; <https://github.com/ministackorg/ministack/pull/766> has measured them.
fn is_text(headers: &HeaderMap) -> bool {
    let media_type = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let essence = media_type
        .split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase();
    let is_encoded = headers.contains_key(header::CONTENT_ENCODING);
    let is_text = matches!(
        essence.as_str(),
        "application/json" | "application/xml" | "application/javascript"
    );
    !is_encoded && (is_text || essence.starts_with("text/"))
}

#[cfg(test)]
mod tests;
