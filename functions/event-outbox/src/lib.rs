//! Publication of the events in the table, triggered by the table's stream.
//!
//! This file reads Lambda's batches and reports failures. The operation [`Core::publish_events`] keeps the order of each
//! owner, and deletes what is published.

use std::collections::BTreeSet;

use aws_lambda_events::event::dynamodb::{Event, EventRecord};
use aws_lambda_events::streams::DynamoDbEventResponse;
use shared::domain::EventKey;
use shared::operations::{Core, EventBus, Publication, event_key_of_stream_key};
use shared::table_stream::{inserted_keys, retry_from};

/// Publishes the new events in `event`, and returns the first record that must be retried. Lambda continues from that
/// record; those after it that are published by then are skipped.
pub async fn handle(core: &Core, bus: &EventBus, event: Event) -> DynamoDbEventResponse {
    let named: Vec<_> = event
        .records
        .into_iter()
        .filter_map(|record| Some((new_events(&record)?, record)))
        .collect();
    let mut seen = BTreeSet::new();
    let keys = named.iter().map(|(key, _)| key).filter(|key| seen.insert(*key));
    let keys: Vec<EventKey> = keys.cloned().collect();
    let failed = match core.publish_events(bus, &keys).await {
        Ok(Publication { failed, .. }) => failed,
        Err(error) => {
            tracing::warn!(%error, "events cannot be read, and will be tried again");
            keys
        }
    };
    let first = named.into_iter().find(|(key, _)| failed.contains(key));
    first.map_or_else(DynamoDbEventResponse::default, |(key, record)| {
        tracing::warn!(event = %key, "events were not published, and will be tried again");
        retry_from(record)
    })
}

/// The events that the record adds to the table.
fn new_events(record: &EventRecord) -> Option<EventKey> {
    event_key_of_stream_key(&inserted_keys(record)?)
}
