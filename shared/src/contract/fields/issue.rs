//! A problem with a field, before a contract puts it into its own words.

use serde_json::Value;

/// A problem of one field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issue {
    /// From the outermost object inwards; empty for the body itself.
    pub path: Vec<String>,
    pub problem: Problem,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Problem {
    WrongType {
        expected: &'static str,
        received: &'static str,
    },
    NotAnEmail,
    /// The text contains invisible characters.
    NotPlain,
    /// Lengths are in characters.
    TooShort {
        min: usize,
    },
    TooLong {
        max: usize,
    },
}

impl Problem {
    pub fn wrong_type(expected: &'static str, value: Option<&Value>) -> Self {
        let received = kind(value);
        Self::WrongType { expected, received }
    }
}

fn kind(value: Option<&Value>) -> &'static str {
    match value {
        None => "undefined",
        Some(Value::Null) => "null",
        Some(Value::Bool(_)) => "boolean",
        Some(Value::Number(_)) => "number",
        Some(Value::String(_)) => "string",
        Some(Value::Array(_)) => "array",
        Some(Value::Object(_)) => "object",
    }
}
