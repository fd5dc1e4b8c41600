//! The CORS configuration of the HTTP API.

use serde::Deserialize;
use serde_json::Value;

/// A `CorsConfiguration` without its origins, which are a parameter of the deployment.
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
    /// If the configuration depends on a condition, the branch for a condition that holds is used.
    pub(super) fn from_property(property: &Value) -> Result<Option<Self>, serde_json::Error> {
        let configuration = match &property["Fn::If"] {
            Value::Array(branches) => branches.get(1).unwrap_or(&Value::Null),
            _ => property,
        };
        Deserialize::deserialize(configuration)
    }
}
