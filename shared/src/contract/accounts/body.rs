//! Request bodies of the `accounts` contract. Every problem with a body is answered with 400.

use axum::body::to_bytes;
use axum::extract::{FromRequest, Request};

use super::failure::Failure;
use crate::contract::reading::{is_encoded, json_body};
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
