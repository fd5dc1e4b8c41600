//! What a subscription delivers becomes lines of the function's own log.

use std::io::Write as _;

use aws_lambda_events::event::cloudwatch_logs::LogsEvent;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Value, json};

/// The event, compressed as CloudWatch does it.
fn event(messages: &[&str]) -> LogsEvent {
    let line = |(id, message): (usize, &&str)| json!({ "id": id.to_string(), "timestamp": 1, "message": message });
    let lines: Vec<Value> = messages.iter().enumerate().map(line).collect();
    let data = json!({
        "messageType": "DATA_MESSAGE", "owner": "000000000000", "logGroup": "/aws/lambda/ostiary/session",
        "logStream": "s", "subscriptionFilters": ["f"], "logEvents": lines,
    });
    let mut zip = GzEncoder::new(Vec::new(), Compression::default());
    zip.write_all(data.to_string().as_bytes()).expect("memory");
    let data = STANDARD.encode(zip.finish().expect("memory"));
    let event = json!({ "awslogs": { "data": data } }).to_string();
    serde_json::from_str(&event).expect("an event")
}

#[test]
fn records_are_kept_as_they_are_and_other_lines_are_not() {
    let record = r#"{"level":"INFO","target":"audit","kind":"signed_in"}"#;
    let with_end = format!("{record}\n");
    let event = event(&[&with_end, "START RequestId: 1", r#"{"target":"shared"}"#, record]);
    assert_eq!(audit_trail::records(&event).collect::<Vec<_>>(), [record, record]);
}
