//! Mail that waits in the table's outbox, sent as the table's stream reports it.
//!
//! This file reads Lambda's batches and reports what failed. Which mail is sent to which address, and that none is sent
//! twice, is the operation's: [`Core::deliver_mail`].

use std::collections::HashMap;

use aws_lambda_events::event::dynamodb::{Event, EventRecord};
use aws_lambda_events::streams::{DynamoDbBatchItemFailure, DynamoDbEventResponse};
use jiff::Timestamp;
use shared::domain::MailId;
use shared::operations::{Core, DeliverMailError, Interruption, Mailer, mail_id_of_stream_key};

/// Sends the mails that are new in `event`, in its order, and names the first that has to be handed over again. Lambda
/// goes on from that record, so those behind it are left for then.
pub async fn handle(core: &Core, mailer: &Mailer, event: Event, now: Timestamp) -> DynamoDbEventResponse {
    for record in event.records {
        let Some(mail) = new_mail(&record) else { continue };
        match core.deliver_mail(mailer, mail, now).await {
            Ok(()) => {}
            // What we cannot read now we cannot read later either, and a record that always fails holds up all mail behind it.
            // The item stays in the outbox, for an operator.
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

/// The mail that the record puts into the outbox. The event source asks for no other records, yet what is asked for
/// there is not known here.
fn new_mail(record: &EventRecord) -> Option<MailId> {
    if record.event_name != "INSERT" {
        return None;
    }
    let keys: HashMap<String, String> = serde_dynamo::from_item(record.change.keys.clone()).ok()?;
    mail_id_of_stream_key(&keys)
}

/// A record without a sequence number makes Lambda repeat the whole batch, which does no harm.
fn from_here_again(record: EventRecord) -> DynamoDbEventResponse {
    let mut failure = DynamoDbBatchItemFailure::default();
    failure.item_identifier = record.change.sequence_number;
    let mut response = DynamoDbEventResponse::default();
    response.batch_item_failures.push(failure);
    response
}
