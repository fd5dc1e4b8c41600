//! Converts the response of a function, as JSON, to an HTTP response, as API Gateway does.

use std::collections::BTreeMap;

use axum::body::Body;
use axum::response::Response;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use lambda_http::http::{self, HeaderName, HeaderValue, header};
use serde::Deserialize;

/// Payload format 2.0. Only cookies may be repeated; other headers have one value.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Answer {
    status_code: u16,
    #[serde(default)]
    headers: BTreeMap<String, String>,
    #[serde(default)]
    cookies: Vec<String>,
    #[serde(default)]
    body: Option<String>,
    #[serde(default)]
    is_base64_encoded: bool,
}

/// The response does not have the payload format.
#[derive(Debug, thiserror::Error)]
pub(super) enum Malformed {
    #[error(transparent)]
    Json(#[from] serde_json::Error),
    #[error(transparent)]
    Base64(#[from] base64::DecodeError),
    #[error(transparent)]
    Http(#[from] http::Error),
}

pub(super) fn response(bytes: &[u8]) -> Result<Response, Malformed> {
    let answer: Answer = serde_json::from_slice(bytes)?;
    let body = answer.body.unwrap_or_default();
    let body = if answer.is_base64_encoded {
        BASE64_STANDARD.decode(body)?
    } else {
        body.into_bytes()
    };
    let mut response = Response::builder().status(answer.status_code);
    for (name, value) in answer.headers {
        response = response.header(name, value);
    }
    for cookie in answer.cookies {
        response = response.header(header::SET_COOKIE, cookie);
    }
    Ok(response.body(Body::from(body))?)
}

/// Adds the header with the id of the request, as API Gateway does.
pub(super) fn with_request_id(mut response: Response, request_id: &str) -> Response {
    if let Ok(value) = HeaderValue::from_str(request_id) {
        response
            .headers_mut()
            .insert(HeaderName::from_static("apigw-requestid"), value);
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn each_cookie_is_a_header() {
        let answer = br#"{ "statusCode": 201, "headers": { "content-type": "text/plain" }, "cookies": ["a=1", "b=2"], "body": "hi" }"#;
        let response = response(answer).expect("a response");
        assert_eq!(response.status(), 201);
        let cookies: Vec<_> = response.headers().get_all(header::SET_COOKIE).into_iter().collect();
        assert_eq!(cookies, ["a=1", "b=2"]);
        let body = axum::body::to_bytes(response.into_body(), 10).await.expect("a body");
        assert_eq!(body, "hi");
    }

    #[tokio::test]
    async fn binary_bodies_are_decoded() {
        let response =
            response(br#"{ "statusCode": 200, "body": "/wA=", "isBase64Encoded": true }"#).expect("a response");
        let body = axum::body::to_bytes(response.into_body(), 10).await.expect("a body");
        assert_eq!(body, [0xff, 0].as_slice());
    }

    #[test]
    fn a_malformed_response_is_an_error() {
        for answer in [
            r"{}",
            r#"{ "statusCode": 42 }"#,
            r#"{ "statusCode": 200, "headers": { "a": "\n" } }"#,
        ] {
            assert!(response(answer.as_bytes()).is_err(), "{answer}");
        }
    }
}
