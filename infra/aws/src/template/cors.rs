//! The HTTP API's answers to pages of other origins.

use serde::Deserialize;
use serde_json::Value;

/// A `CorsConfiguration`, but for its origins: those are a parameter of the deployment.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct Cors {
    pub allow_methods: Vec<String>,
    pub allow_headers: Vec<String>,
    pub expose_headers: Vec<String>,
    pub allow_credentials: bool,
    /// In seconds.
    pub max_age: Option<u64>,
}

impl Cors {
    /// A configuration may depend on a condition; it is then the one for when the condition holds.
    pub(super) fn from_property(property: &Value) -> Result<Option<Self>, serde_json::Error> {
        let configuration = match &property["Fn::If"] {
            Value::Array(branches) => branches.get(1).unwrap_or(&Value::Null),
            _ => property,
        };
        Deserialize::deserialize(configuration)
    }
}
