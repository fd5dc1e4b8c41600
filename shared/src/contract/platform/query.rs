//! Query strings of the `platform` contract, parsed like bodies: one answer names every invalid parameter. Of a
//! repeated parameter the last value counts.

use axum::extract::FromRequestParts;
use http::request::Parts;
use serde_json::{Map, Value};

use super::failure::Failure;
use crate::contract::fields::{ReadBody, parse};
use crate::contract::reading::BodyRefused;
use crate::http::AppState;

#[derive(Debug)]
pub struct Query<T>(pub T);

impl<T: ReadBody> FromRequestParts<AppState> for Query<T> {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &AppState) -> Result<Self, Failure> {
        let pairs = url::form_urlencoded::parse(parts.uri.query().unwrap_or("").as_bytes());
        let object: Map<_, _> = pairs
            .map(|(name, value)| (name.into_owned(), Value::String(value.into_owned())))
            .collect();
        match parse(&Value::Object(object)) {
            Ok(read) => Ok(Self(read)),
            Err(issues) => Err(BodyRefused::Invalid(issues).into()),
        }
    }
}
