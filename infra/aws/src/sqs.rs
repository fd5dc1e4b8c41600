//! SQS: the operation `GetQueueAttributes` of the JSON protocol, for the number of messages in a queue. Every queue
//! exists, and is empty until its number is set.

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
};

use axum::{http::StatusCode, response::Response};
use serde_json::{Value, json};

use crate::{
    iam::{Access, arn},
    wire,
};

pub(crate) const TARGET_PREFIX: &str = "AmazonSQS.";

/// The number of messages by the URL of the queue.
#[derive(Debug, Default)]
pub(crate) struct Sqs(Mutex<BTreeMap<String, usize>>);

impl Sqs {
    pub(crate) fn set_messages(&self, url: &str, messages: usize) {
        let mut queues = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        queues.insert(url.to_owned(), messages);
    }

    pub(crate) fn required_access(target: &str, body: &Value) -> Access {
        let operation = target.strip_prefix(TARGET_PREFIX).unwrap_or_default();
        let url = body["QueueUrl"].as_str().unwrap_or_default();
        let name = url.rsplit('/').next().unwrap_or_default();
        Access::new(format!("sqs:{operation}"), arn("sqs", name))
    }

    pub(crate) fn answer(&self, target: &str, body: &[u8]) -> Response {
        if target.strip_prefix(TARGET_PREFIX) != Some("GetQueueAttributes") {
            let code = "com.amazonaws.sqs#UnsupportedOperation";
            return wire::json_error(StatusCode::BAD_REQUEST, wire::JSON_1_0, code, "no such operation here");
        }
        let body: Value = serde_json::from_slice(body).unwrap_or_default();
        let url = body["QueueUrl"].as_str().unwrap_or_default();
        let queues = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let messages = queues.get(url).copied().unwrap_or(0).to_string();
        let attributes = json!({ "Attributes": { "ApproximateNumberOfMessages": messages } });
        wire::json(wire::JSON_1_0, &attributes)
    }
}
