//! Query strings of the `better_auth` contract, parsed like bodies: a repeated name is a list.

use axum::extract::FromRequestParts;
use http::request::Parts;
use serde_json::{Map, Value};

use super::failure::Failure;
use crate::contract::fields::{ReadBody, parse};
use crate::http::AppState;

#[derive(Debug)]
pub struct Query<T>(pub T);

impl<T: ReadBody> FromRequestParts<AppState> for Query<T> {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &AppState) -> Result<Self, Failure> {
        let pairs = url::form_urlencoded::parse(parts.uri.query().unwrap_or("").as_bytes());
        let mut object = Map::new();
        for (name, value) in pairs {
            let value = Value::String(value.into_owned());
            match object.get_mut(&*name) {
                None => drop(object.insert(name.into_owned(), value)),
                Some(Value::Array(list)) => list.push(value),
                Some(first) => *first = Value::Array(vec![first.take(), value]),
            }
        }
        parse(&Value::Object(object))
            .map(Self)
            .map_err(|issues| Failure::validation("query", &issues))
    }
}
