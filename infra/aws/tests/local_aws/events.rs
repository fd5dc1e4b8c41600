//! EventBridge, as the official client sees it.

use aws_sdk_eventbridge::{
    error::ProvideErrorMetadata as _,
    primitives::DateTime,
    types::{PutEventsRequestEntry, PutEventsResultEntry},
};
use serde_json::json;

use crate::common::{event_bridge, start};

pub fn entry(detail: &str) -> PutEventsRequestEntry {
    PutEventsRequestEntry::builder()
        .event_bus_name("bus")
        .source("ostiary")
        .detail_type("signed_in")
        .detail(detail)
        .time(DateTime::from_secs(1_769_860_800))
        .build()
}

fn codes(entries: &[PutEventsResultEntry]) -> Vec<Option<&str>> {
    entries.iter().map(PutEventsResultEntry::error_code).collect()
}

#[tokio::test]
async fn entries_fail_by_themselves() {
    let aws = start().await;
    aws.fail_bus_events(Some(("\"2\"", "ThrottlingException")));
    let details = [r#"{"n":"1"}"#, r#"{"n":"2"}"#, "not JSON", r#"{"n":"4"}"#];
    let entries = Some(details.map(entry).into());
    let answer = event_bridge(&aws)
        .put_events()
        .set_entries(entries)
        .send()
        .await
        .unwrap();
    assert_eq!(answer.failed_entry_count(), 2);
    let expected = [None, Some("ThrottlingException"), Some("MalformedDetail"), None];
    assert_eq!(codes(answer.entries()), expected);
    let published = aws.bus_events();
    let details: Vec<_> = published.iter().map(|event| event.detail.clone()).collect();
    assert_eq!(details, [json!({"n": "1"}), json!({"n": "4"})]);
    assert_eq!(published[0].id, answer.entries()[0].event_id().unwrap());
    let shown = serde_json::to_value(&published[0]).unwrap();
    assert_eq!(
        [&shown["detail-type"], &shown["source"], &shown["time"], &shown["bus"]],
        [
            &json!("signed_in"),
            &json!("ostiary"),
            &json!("2026-01-31T12:00:00Z"),
            &json!("bus")
        ]
    );
}

#[tokio::test]
async fn a_call_has_the_limits_of_aws() {
    let aws = start().await;
    let large = format!(r#"{{"n":"{}"}}"#, "x".repeat(130 * 1024));
    for entries in [vec![], vec![entry("{}"); 11], vec![entry(&large); 2]] {
        let refused = event_bridge(&aws).put_events().set_entries(Some(entries)).send().await;
        assert_eq!(refused.unwrap_err().code(), Some("ValidationException"));
    }
    assert_eq!(aws.bus_events(), []);
}
