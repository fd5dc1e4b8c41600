//! Delivery of the mail in the table's outbox, triggered by the table's stream.
//!
//! This file reads Lambda's batches and reports failures. The operation [`Core::deliver_mail`] chooses the mail and its
//! address, and prevents duplicates.

use std::collections::HashMap;

use aws_lambda_events::event::dynamodb::{Event, EventRecord};
use aws_lambda_events::streams::{DynamoDbBatchItemFailure, DynamoDbEventResponse};
use jiff::Timestamp;
use shared::domain::MailId;
use shared::operations::{Core, DeliverMailError, Interruption, Mailer, mail_id_of_stream_key};

/// Sends the new mails in `event`, in order, and returns the first record that must be retried. Lambda continues from
/// that record, so the ones after it are left for the retry.
pub async fn handle(core: &Core, mailer: &Mailer, event: Event, now: Timestamp) -> DynamoDbEventResponse {
    for record in event.records {
        let Some(mail) = new_mail(&record) else { continue };
        match core.deliver_mail(mailer, mail, now).await {
            Ok(()) => {}
            // A record that cannot be parsed now cannot be parsed later, and a record that always fails blocks all mail
            // after it. The item stays in the outbox for an operator.
            Err(DeliverMailError::Interrupted(Interruption::Internal(_))) => {
                tracing::error!(mail.id = %mail, "a mail cannot be made, and is given up");
            }
            Err(error) => {
                tracing::warn!(mail.id = %mail, %error, "a mail was not sent, and will be tried again");
                return from_here_again(record);
            }
        }
    }
    DynamoDbEventResponse::default()
}

/// The mail that the record adds to the outbox. The event source filters out other records, but this function does not
/// rely on its filter.
fn new_mail(record: &EventRecord) -> Option<MailId> {
    if record.event_name != "INSERT" {
        return None;
    }
    let keys: HashMap<String, String> = serde_dynamo::from_item(record.change.keys.clone()).ok()?;
    mail_id_of_stream_key(&keys)
}

/// A record without a sequence number makes Lambda retry the whole batch, which is safe.
fn from_here_again(record: EventRecord) -> DynamoDbEventResponse {
    let mut failure = DynamoDbBatchItemFailure::default();
    failure.item_identifier = record.change.sequence_number;
    let mut response = DynamoDbEventResponse::default();
    response.batch_item_failures.push(failure);
    response
}
