//! The steps from a request to the JSON of its body, with every error on the way. The responses to these errors are in
//! each contract's `body`.

use axum::body::to_bytes;
use axum::extract::Request;
use http::HeaderMap;
use http::header::{CONTENT_ENCODING, CONTENT_TYPE};
use serde_json::{Map, Value};

use super::fields::{Issue, ReadBody, parse};

/// The limit in bytes of most operations.
pub const MAX_BODY: usize = 64 * 1024;

/// The reason for which a body was not read.
#[derive(Debug, PartialEq, Eq)]
pub enum BodyRefused {
    TooLarge,
    UnsupportedType {
        content_type: String,
    },
    /// The body is compressed, and no contract defines that (RFC 9110, section 15.5.16).
    UnsupportedEncoding,
    NotJson,
    Invalid(Vec<Issue>),
}

/// The forms of a body that a contract accepts.
#[derive(Debug, Clone, Copy)]
pub struct Accept {
    /// `application/x-www-form-urlencoded` is accepted as well as JSON.
    pub forms: bool,
    /// An empty body stands for an object without fields.
    pub empty: bool,
    /// The limit in bytes.
    pub limit: usize,
}

/// Whether a body has a content coding: then its bytes are not in its media type.
pub fn is_encoded(headers: &HeaderMap) -> bool {
    let codings = headers.get_all(CONTENT_ENCODING).iter();
    let mut codings = codings.flat_map(|value| value.as_bytes().split(|byte| *byte == b','));
    codings.any(|coding| {
        let coding = coding.trim_ascii();
        !coding.is_empty() && !coding.eq_ignore_ascii_case(b"identity")
    })
}

pub async fn read<T: ReadBody>(request: Request, accept: Accept) -> Result<T, BodyRefused> {
    if is_encoded(request.headers()) {
        return Err(BodyRefused::UnsupportedEncoding);
    }
    let content_type = request
        .headers()
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or("");
    let content_type = content_type.split(';').next().unwrap_or("").trim().to_ascii_lowercase();
    let bytes = to_bytes(request.into_body(), accept.limit)
        .await
        .map_err(|_| BodyRefused::TooLarge)?;
    if accept.empty && bytes.is_empty() {
        return parse(&Value::Object(Map::new())).map_err(BodyRefused::Invalid);
    }
    let value = match content_type.as_str() {
        "application/json" => serde_json::from_slice(&bytes).map_err(|_| BodyRefused::NotJson)?,
        "application/x-www-form-urlencoded" if accept.forms => form(&bytes),
        _ => return Err(BodyRefused::UnsupportedType { content_type }),
    };
    parse(&value).map_err(BodyRefused::Invalid)
}

fn form(bytes: &[u8]) -> Value {
    let pairs = url::form_urlencoded::parse(bytes);
    Value::Object(
        pairs
            .map(|(name, value)| (name.into_owned(), Value::String(value.into_owned())))
            .collect(),
    )
}

/// Defines a contract's `Body` extractor: JSON only, with the contract's own failure for an invalid body.
macro_rules! json_body {
    ($failure:ty) => {
        #[derive(Debug)]
        pub struct Body<T>(pub T);

        impl<T: $crate::contract::fields::ReadBody> axum::extract::FromRequest<$crate::http::AppState> for Body<T> {
            type Rejection = $failure;

            async fn from_request(
                request: axum::extract::Request,
                _: &$crate::http::AppState,
            ) -> Result<Self, $failure> {
                let json = $crate::contract::reading::Accept {
                    forms: false,
                    empty: false,
                    limit: $crate::contract::reading::MAX_BODY,
                };
                Ok(Self($crate::contract::reading::read(request, json).await?))
            }
        }
    };
}

pub(super) use json_body;
