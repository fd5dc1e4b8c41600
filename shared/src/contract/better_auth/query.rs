//! Query strings of the `better_auth` contract, read like bodies.

use axum::extract::FromRequestParts;
use http::request::Parts;
use serde_json::Value;

use super::failure::Failure;
use crate::contract::fields::{ReadBody, parse};
use crate::http::AppState;

#[derive(Debug)]
pub struct Query<T>(pub T);

impl<T: ReadBody> FromRequestParts<AppState> for Query<T> {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &AppState) -> Result<Self, Failure> {
        let pairs = url::form_urlencoded::parse(parts.uri.query().unwrap_or("").as_bytes());
        let object = pairs
            .map(|(name, value)| (name.into_owned(), Value::String(value.into_owned())))
            .collect();
        parse(&Value::Object(object))
            .map(Self)
            .map_err(|issues| Failure::validation("query", &issues))
    }
}
