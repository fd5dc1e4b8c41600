//! Request bodies of the `accounts` contract. Every problem with a body is answered with 400.

use axum::body::to_bytes;
use axum::extract::{FromRequest, FromRequestParts, Request};
use http::request::Parts;

use super::bulk::LONGEST_KEY;
use super::failure::Failure;
use crate::contract::fields::ReadBody;
use crate::contract::reading::{Accept, is_encoded, json_body, read};
use crate::http::AppState;

/// An SNS message has at most 256 KiB, and twice that size when each of its characters is escaped.
const MAX_MESSAGE: usize = 512 * 1024;

/// The body as text, whatever its declared media type: SNS declares its JSON as `text/plain`.
#[derive(Debug)]
pub struct PlainText(pub String);

impl FromRequest<AppState> for PlainText {
    type Rejection = Failure;

    async fn from_request(request: Request, _: &AppState) -> Result<Self, Failure> {
        if is_encoded(request.headers()) {
            return Err(Failure::unsupported_encoding());
        }
        let bytes = to_bytes(request.into_body(), MAX_MESSAGE)
            .await
            .map_err(|_| Failure::too_large())?;
        String::from_utf8(bytes.to_vec())
            .map(Self)
            .map_err(|_| Failure::invalid("Request body is not text"))
    }
}

json_body!(Failure);

/// A hundred users whose addresses and names are as long as they may be, and have only characters that are escaped,
/// take 300 KiB.
const MAX_BULK: usize = 512 * 1024;

/// The body of an upload of many users.
#[derive(Debug)]
pub struct BulkBody<T>(pub T);

impl<T: ReadBody> FromRequest<AppState> for BulkBody<T> {
    type Rejection = Failure;

    async fn from_request(request: Request, _: &AppState) -> Result<Self, Failure> {
        let json = Accept {
            forms: false,
            empty: false,
            limit: MAX_BULK,
        };
        Ok(Self(read(request, json).await?))
    }
}

/// The client's name of a request that it may repeat, of one to [`LONGEST_KEY`] characters.
#[derive(Debug)]
pub struct IdempotencyKey(pub Option<String>);

impl FromRequestParts<AppState> for IdempotencyKey {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &AppState) -> Result<Self, Failure> {
        let Some(key) = parts.headers.get("idempotency-key") else {
            return Ok(Self(None));
        };
        match key.to_str() {
            Ok(key) if (1..=LONGEST_KEY).contains(&key.len()) => Ok(Self(Some(key.to_owned()))),
            _ => Err(Failure::invalid("Idempotency-Key must have 1 to 255 characters")),
        }
    }
}
