//! Delivery of the mail in the table's outbox, triggered by the table's stream, and by a schedule for the mail that
//! failed.
//!
//! This file reads Lambda's events and reports failures. The operation [`Core::deliver_mail`] chooses the mail and its
//! address, prevents duplicates, and puts a mail that fails aside.

use aws_lambda_events::event::dynamodb::{Event, EventRecord};
use aws_lambda_events::streams::DynamoDbEventResponse;
use jiff::Timestamp;
use serde::Deserialize;
use shared::domain::MailId;
use shared::operations::{Core, Failures, Interruption, Mailer, mail_id_of_stream_key};
use shared::table_stream::{inserted_keys, retry_from};

/// An invocation.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub enum Invocation {
    Schedule(Schedule),
    Stream(Event),
}

/// The event of the schedule of `template.yaml`.
#[derive(Debug, Deserialize)]
pub struct Schedule {
    #[serde(rename = "scheduled")]
    _task: DueMails,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum DueMails {
    DueMails,
}

/// Sends the new mails in `event`, in order. A mail that fails is put aside, and those after it are sent. If SES takes no
/// mail at all, or the table does not answer, it returns the first record that must be retried. Lambda continues from
/// that record, so the ones after it wait, too.
pub async fn handle(core: &Core, mailer: &Mailer, event: Event, now: Timestamp) -> DynamoDbEventResponse {
    let mut failures = Failures::default();
    let mut records = event.records.into_iter();
    while let Some(record) = records.next() {
        let Some(mail) = new_mail(&record) else { continue };
        match core.deliver_mail(mailer, mail, now).await {
            Ok(delivery) if failures.go_on(delivery) => {}
            // The mail waits in the table, and SES has failed for several: those after it wait in the stream.
            Ok(delivery) if !delivery.is_held() => {
                return records.next().map(retry_from).unwrap_or_default();
            }
            // Its reason is logged, and a retry would not change it.
            Err(Interruption::Internal(_)) => {}
            Ok(_) => return retry_from(record),
            Err(error) => {
                tracing::warn!(mail.id = %mail, %error, "a mail was not sent, and will be tried again");
                return retry_from(record);
            }
        }
    }
    DynamoDbEventResponse::default()
}

/// Sends the mails whose next attempt is due.
pub async fn handle_due(core: &Core, mailer: &Mailer, now: Timestamp) -> Result<(), Interruption> {
    let tried = core.deliver_due_mails(mailer, now).await?;
    if tried > 0 {
        tracing::info!(tried, "mails whose next attempt was due were tried");
    }
    Ok(())
}

/// The mail that the record adds to the outbox.
fn new_mail(record: &EventRecord) -> Option<MailId> {
    mail_id_of_stream_key(&inserted_keys(record)?)
}
