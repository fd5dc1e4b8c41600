//! What `POST /update-session` is asked: to keep something in the session. This service keeps nothing there for applications.

use serde_json::Value;

use crate::contract::fields::{Fields, ReadBody};

#[derive(Debug)]
pub struct UpdateSessionRequest {
    /// The first field that is there for other operations to set.
    pub forbidden: Option<String>,
}

const SET_ELSEWHERE: [&str; 3] = ["activeOrganizationId", "activeTeamId", "impersonatedBy"];

impl ReadBody for UpdateSessionRequest {
    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        let is_set = |name: &&str| fields.value(name).is_some_and(is_truthy);
        Some(Self {
            forbidden: SET_ELSEWHERE.into_iter().find(is_set).map(str::to_owned),
        })
    }
}

/// As the framework sees it, which only minds such a field when it is to get a value.
fn is_truthy(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => false,
        Value::String(text) => !text.is_empty(),
        Value::Number(number) => number.as_f64() != Some(0.0),
        _ => true,
    }
}
