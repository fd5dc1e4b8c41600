//! Parts of the AWS wire protocols that several services share: JSON responses, errors and base64 members.

use axum::{
    body::Body,
    http::{HeaderValue, StatusCode, header},
    response::Response,
};
use base64::{DecodeError, Engine as _, prelude::BASE64_STANDARD};
use serde::{Deserialize, Deserializer, de};
use serde_json::{Value, json};

/// The media types of the JSON protocols. DynamoDB uses 1.0, KMS 1.1, SES plain REST.
pub(crate) const JSON_1_0: &str = "application/x-amz-json-1.0";
pub(crate) const JSON_1_1: &str = "application/x-amz-json-1.1";
pub(crate) const REST_JSON: &str = "application/json";

pub(crate) fn respond(status: StatusCode, media_type: &'static str, body: impl Into<Body>) -> Response {
    let mut response = Response::new(body.into());
    *response.status_mut() = status;
    response
        .headers_mut()
        .insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
    response
}

pub(crate) fn json(media_type: &'static str, body: &Value) -> Response {
    respond(StatusCode::OK, media_type, body.to_string())
}

/// The error shape of the two `x-amz-json` protocols: the code is in the body.
pub(crate) fn json_error(status: StatusCode, media_type: &'static str, code: &str, message: &str) -> Response {
    respond(
        status,
        media_type,
        json!({ "__type": code, "message": message }).to_string(),
    )
}

/// The error shape of REST JSON: the code is in a header.
pub(crate) fn rest_error(status: StatusCode, code: &'static str, message: &str) -> Response {
    let mut response = respond(status, REST_JSON, json!({ "message": message }).to_string());
    response
        .headers_mut()
        .insert("x-amzn-errortype", HeaderValue::from_static(code));
    response
}

/// A binary member, which JSON carries as base64.
#[derive(Debug, Default)]
pub(crate) struct Blob(pub(crate) Vec<u8>);

impl<'de> Deserialize<'de> for Blob {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        from_base64(&text).map(Self).map_err(de::Error::custom)
    }
}

pub(crate) fn from_base64(text: &str) -> Result<Vec<u8>, DecodeError> {
    BASE64_STANDARD.decode(text)
}

pub(crate) fn base64(bytes: impl AsRef<[u8]>) -> String {
    BASE64_STANDARD.encode(bytes)
}
