//! A function's subscription to the table's stream: which records it is given, and how many at once.

use serde_json::Value;

/// What AWS takes where the template asks for no other number.
const DEFAULT_BATCH: u64 = 100;

/// An `AWS::Lambda::EventSourceMapping`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StreamSource {
    /// The function's logical id.
    pub function: String,
    /// The most records that it is given at once.
    pub batch_size: usize,
    filters: Vec<Value>,
}

impl StreamSource {
    /// `None`: it says more than is understood here.
    pub(super) fn from_properties(properties: &Value) -> Option<Self> {
        let filters = properties["FilterCriteria"]["Filters"].as_array().into_iter().flatten();
        let filters = filters.map(|filter| serde_json::from_str(filter["Pattern"].as_str()?).ok().filter(is_plain));
        let batch_size = properties["BatchSize"].as_u64().unwrap_or(DEFAULT_BATCH);
        Some(Self {
            function: properties["FunctionName"]["Ref"].as_str()?.to_owned(),
            batch_size: usize::try_from(batch_size).ok().filter(|size| *size > 0)?,
            filters: filters.collect::<Option<_>>()?,
        })
    }

    /// Whether the function is given this record: without filters any, else those that pass one of them.
    pub fn wants(&self, record: &Value) -> bool {
        self.filters.is_empty() || self.filters.iter().any(|filter| matches(filter, record))
    }
}

/// An event pattern without operators: each field names the values that it may have.
fn is_plain(pattern: &Value) -> bool {
    match pattern {
        Value::Object(fields) => fields.values().all(is_plain),
        Value::Array(choices) => choices.iter().all(|choice| !choice.is_object() && !choice.is_array()),
        _ => false,
    }
}

fn matches(pattern: &Value, value: &Value) -> bool {
    match pattern {
        Value::Object(fields) => fields.iter().all(|(name, pattern)| matches(pattern, &value[name])),
        Value::Array(choices) => choices.contains(value),
        _ => false,
    }
}
