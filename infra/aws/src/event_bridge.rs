//! EventBridge: the operation `PutEvents`. Events are recorded, and no rule sends them anywhere.

use std::sync::{Mutex, MutexGuard, PoisonError};

use axum::{http::StatusCode, response::Response};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::{
    ambient,
    iam::{Access, arn},
    wire,
};

/// The header `x-amz-target` of each operation begins with it.
pub(crate) const TARGET_PREFIX: &str = "AWSEvents.";

/// The limits of a call.
const MOST_ENTRIES: usize = 10;
const MOST_BYTES: usize = 256 * 1024;

/// The number of events that are kept, of which the oldest go first.
const KEPT: usize = 10_000;

/// An event that was published, as rules and targets receive it.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct BusEvent {
    /// That of EventBridge, which differs between repetitions of an event.
    pub id: String,
    pub detail_type: String,
    pub source: String,
    pub time: Timestamp,
    /// The name or the ARN of the bus.
    pub bus: String,
    pub detail: Value,
}

/// All events since the start, and the entries that are to fail.
#[derive(Debug, Default)]
pub(crate) struct EventBridge(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    events: Vec<BusEvent>,
    failing: Option<Failing>,
}

/// The entries whose detail contains a text fail with a code.
#[derive(Debug)]
struct Failing {
    text: String,
    code: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Request {
    entries: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct Entry {
    source: String,
    detail_type: String,
    detail: String,
    event_bus_name: String,
    time: Option<f64>,
}

impl Default for Entry {
    fn default() -> Self {
        Self {
            source: String::new(),
            detail_type: String::new(),
            detail: String::new(),
            event_bus_name: "default".to_owned(),
            time: None,
        }
    }
}

impl EventBridge {
    pub(crate) fn events(&self) -> Vec<BusEvent> {
        self.state().events.clone()
    }

    pub(crate) fn fail(&self, failing: Option<(&str, &str)>) {
        self.state().failing = failing.map(|(text, code)| Failing {
            text: text.to_owned(),
            code: code.to_owned(),
        });
    }

    /// The permission for each bus that the entries name.
    pub(crate) fn required_access(target: &str, body: &Value) -> Vec<Access> {
        let operation = target.strip_prefix(TARGET_PREFIX).unwrap_or_default();
        let entries = body["Entries"].as_array().into_iter().flatten();
        let mut buses: Vec<_> = entries.map(|entry| bus_arn(entry["EventBusName"].as_str())).collect();
        buses.sort_unstable();
        buses.dedup();
        let access = |bus| Access::new(format!("events:{operation}"), bus);
        buses.into_iter().map(access).collect()
    }

    pub(crate) fn answer(&self, target: &str, body: &[u8]) -> Response {
        let refuse = |code, message: &str| wire::json_error(StatusCode::BAD_REQUEST, wire::JSON_1_1, code, message);
        if target.strip_prefix(TARGET_PREFIX) != Some("PutEvents") {
            return refuse("UnknownOperationException", "only PutEvents is served here");
        }
        let entries = match serde_json::from_slice::<Request>(body) {
            Ok(request) => request.entries,
            Err(error) => return refuse("ValidationException", &error.to_string()),
        };
        let size: usize = entries.iter().map(Entry::size).sum();
        if entries.is_empty() || entries.len() > MOST_ENTRIES || size > MOST_BYTES {
            return refuse("ValidationException", "a call has 1 to 10 entries, and 256 KB in total");
        }
        let mut state = self.state();
        let answers: Vec<_> = entries.into_iter().map(|entry| state.take(entry)).collect();
        let failed = answers.iter().filter(|answer| answer["ErrorCode"].is_string()).count();
        wire::json(
            wire::JSON_1_1,
            &json!({ "FailedEntryCount": failed, "Entries": answers }),
        )
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn take(&mut self, entry: Entry) -> Value {
        let refuse = |code: &str, message: &str| json!({ "ErrorCode": code, "ErrorMessage": message });
        if let Some(failing) = &self.failing
            && entry.detail.contains(&failing.text)
        {
            return refuse(&failing.code, "this entry fails on demand");
        }
        if entry.source.is_empty() || entry.detail_type.is_empty() {
            return refuse("InvalidArgument", "Source and DetailType are required.");
        }
        let Ok(detail @ Value::Object(_)) = serde_json::from_str(&entry.detail) else {
            return refuse("MalformedDetail", "Detail is malformed.");
        };
        let id = ambient::random_uuid().to_string();
        self.events.push(BusEvent {
            id: id.clone(),
            detail_type: entry.detail_type,
            source: entry.source,
            time: entry.time.and_then(time).unwrap_or_else(ambient::now),
            bus: entry.event_bus_name,
            detail,
        });
        let excess = self.events.len().saturating_sub(KEPT);
        self.events.drain(..excess);
        json!({ "EventId": id })
    }
}

impl Entry {
    /// As EventBridge counts it.
    fn size(&self) -> usize {
        let time = if self.time.is_some() { 14 } else { 0 };
        time + self.source.len() + self.detail_type.len() + self.detail.len()
    }
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "a time in seconds fits into milliseconds"
)]
fn time(seconds: f64) -> Option<Timestamp> {
    Timestamp::from_millisecond((seconds * 1000.0).round() as i64).ok()
}

fn bus_arn(name: Option<&str>) -> String {
    match name {
        Some(whole) if whole.starts_with("arn:") => whole.to_owned(),
        name => arn("events", &format!("event-bus/{}", name.unwrap_or("default"))),
    }
}
