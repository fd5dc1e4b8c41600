//! CloudWatch Logs: the operation `FilterLogEvents`, over lines that the local service writes.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::{Mutex, PoisonError},
};

use axum::{http::StatusCode, response::Response};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{iam::Access, wire};

/// The header `x-amz-target` of each operation begins with it.
pub(crate) const TARGET_PREFIX: &str = "Logs_20140328.";

/// The number of lines that a group keeps, of which the oldest go first.
const KEPT: usize = 10_000;

/// The largest page.
const PAGE: usize = 10_000;

/// The lines of each group, with their times in milliseconds.
#[derive(Debug, Default)]
pub(crate) struct Logs {
    groups: Mutex<BTreeMap<String, VecDeque<(i64, String)>>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Query {
    log_group_name: String,
    filter_pattern: Option<String>,
    start_time: Option<i64>,
    end_time: Option<i64>,
    limit: Option<usize>,
    next_token: Option<String>,
}

impl Logs {
    pub(crate) fn write(&self, group: &str, at: i64, line: String) {
        let mut groups = self.groups.lock().unwrap_or_else(PoisonError::into_inner);
        let lines = groups.entry(group.to_owned()).or_default();
        lines.push_back((at, line));
        let excess = lines.len().saturating_sub(KEPT);
        lines.drain(..excess);
    }

    /// The permission that a request needs. No function has it.
    pub(crate) fn required_access(target: &str) -> Access {
        let operation = target.strip_prefix(TARGET_PREFIX).unwrap_or_default();
        Access::new(format!("logs:{operation}"), "*")
    }

    pub(crate) fn answer(&self, target: &str, body: &[u8]) -> Response {
        let bad_request =
            |code, message: &str| wire::json_error(StatusCode::BAD_REQUEST, wire::JSON_1_1, code, message);
        if target != format!("{TARGET_PREFIX}FilterLogEvents") {
            return bad_request("UnknownOperationException", "only FilterLogEvents is served here");
        }
        let query: Query = match serde_json::from_slice(body) {
            Ok(query) => query,
            Err(error) => return bad_request("InvalidParameterException", &error.to_string()),
        };
        let wanted = query.filter_pattern.as_deref().map_or(Some(Vec::new()), alternatives);
        let Some(wanted) = wanted else {
            return bad_request("InvalidParameterException", "Invalid filter pattern");
        };
        let groups = self.groups.lock().unwrap_or_else(PoisonError::into_inner);
        let lines = groups.get(&query.log_group_name).into_iter().flatten();
        let (start, end) = (query.start_time.unwrap_or(0), query.end_time.unwrap_or(i64::MAX));
        let found: Vec<_> = lines
            .filter(|(at, line)| (start..=end).contains(at) && matches(&wanted, line))
            .collect();
        let skipped = query.next_token.and_then(|token| token.parse().ok()).unwrap_or(0);
        let size = query.limit.unwrap_or(PAGE).min(PAGE);
        let page = found.iter().enumerate().skip(skipped).take(size);
        let events: Vec<_> = page
            .map(|(number, (at, line))| json!({ "eventId": number.to_string(), "timestamp": at, "message": line }))
            .collect();
        let next = skipped + events.len();
        let mut answer = json!({ "events": events, "searchedLogStreams": [] });
        if next < found.len() {
            answer["nextToken"] = json!(next.to_string());
        }
        wire::json(wire::JSON_1_1, &answer)
    }
}

/// The field and the value of each alternative of a pattern such as `{ $.user = "1" || $.actor = "1" }`. Other patterns
/// are not supported.
fn alternatives(pattern: &str) -> Option<Vec<(String, String)>> {
    let inner = pattern.trim().strip_prefix('{')?.strip_suffix('}')?;
    let alternative = |part: &str| {
        let (field, value) = part.trim().split_once('=')?;
        let field = field.trim().strip_prefix("$.")?;
        let value = value.trim().strip_prefix('"')?.strip_suffix('"')?;
        Some((field.to_owned(), value.to_owned()))
    };
    inner.split("||").map(alternative).collect()
}

fn matches(wanted: &[(String, String)], line: &str) -> bool {
    let line: Value = serde_json::from_str(line).unwrap_or_default();
    wanted.is_empty() || wanted.iter().any(|(field, value)| line[field] == *value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_names_fields_and_values() {
        let pattern = r#"{ $.user = "1" || $.actor = "2" }"#;
        let wanted = alternatives(pattern).unwrap();
        assert!(matches(&wanted, r#"{"user":"1"}"#) && matches(&wanted, r#"{"actor":"2"}"#));
        assert!(!matches(&wanted, r#"{"user":"2"}"#) && !matches(&wanted, "text"));
        assert_eq!(alternatives("ERROR"), None);
    }
}
