//! The table's stream, as Lambda hands it to the functions that it triggers.

use std::collections::HashMap;

use aws_lambda_events::event::dynamodb::EventRecord;
use aws_lambda_events::streams::{DynamoDbBatchItemFailure, DynamoDbEventResponse};

/// The keys of the item that the record adds to the table; `None` for other changes, and for keys that are not texts. An
/// event source filters the records, but a function does not rely on its filter.
pub fn inserted_keys(record: &EventRecord) -> Option<HashMap<String, String>> {
    if record.event_name != "INSERT" {
        return None;
    }
    serde_dynamo::from_item(record.change.keys.clone()).ok()
}

/// Makes Lambda continue from this record. A record without a sequence number makes it retry the whole batch, which is
/// safe.
pub fn retry_from(record: EventRecord) -> DynamoDbEventResponse {
    let mut failure = DynamoDbBatchItemFailure::default();
    failure.item_identifier = record.change.sequence_number;
    let mut response = DynamoDbEventResponse::default();
    response.batch_item_failures.push(failure);
    response
}
