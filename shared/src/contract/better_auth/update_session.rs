//! The body of `POST /update-session`, which sets an application's own fields of the session. This service stores none.

use serde_json::Value;

use crate::contract::fields::{Fields, Read, request};

request! {
    pub struct UpdateSessionRequest {
        /// The first field that other operations set.
        forbidden: Option<String> = set_elsewhere(),
    }
}

const SET_ELSEWHERE: [&str; 3] = ["activeOrganizationId", "activeTeamId", "impersonatedBy"];

#[expect(clippy::unnecessary_wraps, reason = "it is a parser, and presence is no problem")]
fn set_elsewhere(fields: &mut Fields<'_>) -> Read<Option<String>> {
    let is_set = |name: &&str| fields.value(name).is_some_and(is_truthy);
    Some(SET_ELSEWHERE.into_iter().find(is_set).map(str::to_owned))
}

/// As in the framework, such a field is rejected only when it has a truthy value.
fn is_truthy(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => false,
        Value::String(text) => !text.is_empty(),
        Value::Number(number) => number.as_f64() != Some(0.0),
        _ => true,
    }
}
