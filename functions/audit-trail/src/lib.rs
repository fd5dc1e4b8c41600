//! The audit trail: the function receives the audit records of all functions from their log groups, by subscription
//! filters, and writes them to its own log. Its log group has its own retention, and access to it can be granted by
//! itself.
//!
//! Nothing is added to a request: a record is a line of the log, which the subscription takes further. A batch may come
//! twice, and then its records have the same ids.

use aws_lambda_events::event::cloudwatch_logs::LogsEvent;
use serde_json::Value;

/// The records of the event, each as one line.
pub fn records(event: &LogsEvent) -> impl Iterator<Item = &str> {
    let lines = event.aws_logs.data.log_events.iter();
    lines.map(|line| line.message.trim_end()).filter(|line| is_record(line))
}

/// The filters of the subscriptions pass on nothing else, but this function does not rely on them.
fn is_record(line: &str) -> bool {
    serde_json::from_str::<Value>(line).is_ok_and(|line| line["target"] == "audit")
}
