//! A function's subscription to the table's stream: which records it receives, and how many at once.

use serde_json::Value;

/// The default of AWS.
const DEFAULT_BATCH_SIZE: u64 = 100;

/// An `AWS::Lambda::EventSourceMapping`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StreamSource {
    /// The function's logical id.
    pub function: String,
    /// The largest number of records in one invocation.
    pub batch_size: usize,
    filters: Vec<Value>,
}

impl StreamSource {
    /// `None` if it has properties that are not supported.
    pub(super) fn from_properties(properties: &Value) -> Option<Self> {
        let filters = properties["FilterCriteria"]["Filters"].as_array().into_iter().flatten();
        let filters = filters.map(|filter| serde_json::from_str(filter["Pattern"].as_str()?).ok().filter(is_plain));
        let batch_size = properties["BatchSize"].as_u64().unwrap_or(DEFAULT_BATCH_SIZE);
        Some(Self {
            function: properties["FunctionName"]["Ref"].as_str()?.to_owned(),
            batch_size: usize::try_from(batch_size).ok().filter(|size| *size > 0)?,
            filters: filters.collect::<Option<_>>()?,
        })
    }

    /// Whether the function receives this record: without filters, any record; else a record that passes one of the
    /// filters.
    pub fn accepts(&self, record: &Value) -> bool {
        self.filters.is_empty() || self.filters.iter().any(|filter| matches(filter, record))
    }
}

/// An event pattern without operators but `prefix`: each field lists the values that it may have.
fn is_plain(pattern: &Value) -> bool {
    match pattern {
        Value::Object(fields) => fields.values().all(is_plain),
        Value::Array(choices) => choices
            .iter()
            .all(|choice| prefix(choice).is_some() || !choice.is_object() && !choice.is_array()),
        _ => false,
    }
}

/// `{"prefix": "EVENT#"}`.
fn prefix(choice: &Value) -> Option<&str> {
    let operator = choice.as_object().filter(|operator| operator.len() == 1)?;
    operator.get("prefix")?.as_str()
}

fn matches(pattern: &Value, value: &Value) -> bool {
    match pattern {
        Value::Object(fields) => fields.iter().all(|(name, pattern)| matches(pattern, &value[name])),
        Value::Array(choices) => choices.iter().any(|choice| match prefix(choice) {
            Some(prefix) => value.as_str().is_some_and(|text| text.starts_with(prefix)),
            None => choice == value,
        }),
        _ => false,
    }
}
