//! The events of SES in a message, in either of their two formats: event publishing
//! (<https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-contents.html>) and the older
//! notifications of an identity (<https://docs.aws.amazon.com/ses/latest/dg/notification-contents.html>). They differ
//! in the name of the type, and in the types that exist. Fields that are not used are ignored.

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde::Deserialize;

use crate::domain::mail_event::Permanence;
use crate::domain::{EmailAddress, Label, MailEvent, MailEventKind, MessageId};

/// The limit of SES for one mail.
const MAX_RECIPIENTS: usize = 50;

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SesMessage {
    Report {
        /// The type, with the name that SES uses.
        name: &'static str,
        event: MailEvent,
    },
    /// A message that is ignored: an event of another type, or the test message that SES sends to a new topic.
    Other,
}

/// An event without a required field. The error has its position, and nothing of the message.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("an event of SES is malformed at line {line}, column {column}")]
pub struct Malformed {
    pub line: usize,
    pub column: usize,
}

/// Finds out whether the message is an event that is handled.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Head {
    event_type: Option<String>,
    notification_type: Option<String>,
}

/// The member with the details has the name of the type.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Report {
    mail: Mail,
    bounce: Option<Bounce>,
    complaint: Option<Complaint>,
    delivery: Option<Delivery>,
    delivery_delay: Option<Delay>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Mail {
    message_id: String,
    timestamp: Timestamp,
    #[serde(default)]
    destination: Vec<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Recipient {
    email_address: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Bounce {
    #[serde(rename = "bounceType")]
    permanence: String,
    #[serde(rename = "bounceSubType")]
    reason: Option<String>,
    bounced_recipients: Vec<Recipient>,
    timestamp: Timestamp,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Complaint {
    #[serde(rename = "complaintFeedbackType")]
    feedback: Option<String>,
    complained_recipients: Vec<Recipient>,
    timestamp: Timestamp,
}

#[derive(Deserialize)]
struct Delivery {
    recipients: Vec<String>,
    timestamp: Timestamp,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Delay {
    delayed_recipients: Vec<Recipient>,
    timestamp: Timestamp,
}

impl SesMessage {
    pub fn parse(text: &str) -> Result<Self, Malformed> {
        // The test message to a new topic is a sentence and not JSON.
        let Ok(head) = serde_json::from_str::<Head>(text) else {
            return Ok(Self::Other);
        };
        let kind = head.event_type.or(head.notification_type).unwrap_or_default();
        let (name, read): (_, fn(Report) -> Option<MailEvent>) = match kind.as_str() {
            "Bounce" => ("Bounce", bounce),
            "Complaint" => ("Complaint", complaint),
            "Delivery" => ("Delivery", delivery),
            "Reject" => ("Reject", reject),
            "DeliveryDelay" => ("DeliveryDelay", delay),
            _ => return Ok(Self::Other),
        };
        let report = serde_json::from_str(text).map_err(|error| Malformed {
            line: error.line(),
            column: error.column(),
        })?;
        let event = read(report).ok_or(Malformed { line: 0, column: 0 })?;
        Ok(Self::Report { name, event })
    }
}

fn bounce(report: Report) -> Option<MailEvent> {
    let part = report.bounce?;
    let permanence = match part.permanence.as_str() {
        "Permanent" => Permanence::Permanent,
        "Transient" => Permanence::Transient,
        // `Undetermined` is SES's own word; an unknown word counts as the same.
        _ => Permanence::Undetermined,
    };
    let reason = part.reason.as_deref().and_then(Label::of);
    let reason = reason.or_else(|| Label::of("Undetermined"))?;
    let kind = MailEventKind::Bounce { permanence, reason };
    event(&report.mail, kind, part.timestamp, &addresses(part.bounced_recipients))
}

fn complaint(report: Report) -> Option<MailEvent> {
    let part = report.complaint?;
    let feedback = part.feedback.as_deref().and_then(Label::of);
    let kind = MailEventKind::Complaint { feedback };
    event(
        &report.mail,
        kind,
        part.timestamp,
        &addresses(part.complained_recipients),
    )
}

fn delivery(report: Report) -> Option<MailEvent> {
    let part = report.delivery?;
    event(&report.mail, MailEventKind::Delivery, part.timestamp, &part.recipients)
}

/// Rejects have no time of their own, so the time of the mail is used.
fn reject(report: Report) -> Option<MailEvent> {
    let mail = report.mail;
    event(&mail, MailEventKind::Reject, mail.timestamp, &mail.destination)
}

fn delay(report: Report) -> Option<MailEvent> {
    let part = report.delivery_delay?;
    let recipients = addresses(part.delayed_recipients);
    event(&report.mail, MailEventKind::DeliveryDelay, part.timestamp, &recipients)
}

fn addresses(recipients: Vec<Recipient>) -> Vec<String> {
    recipients
        .into_iter()
        .map(|recipient| recipient.email_address)
        .collect()
}

/// A recipient that is no valid address is skipped, because the service does not send to such an address.
fn event(mail: &Mail, kind: MailEventKind, at: Timestamp, recipients: &[String]) -> Option<MailEvent> {
    let recipients = recipients
        .iter()
        .take(MAX_RECIPIENTS)
        .filter_map(|text| EmailAddress::parse(text).ok())
        .collect::<BTreeSet<_>>();
    Some(MailEvent {
        message_id: MessageId::parse(&mail.message_id).ok()?,
        kind,
        recipients: recipients.into_iter().collect(),
        // Times are stored in milliseconds.
        at: Timestamp::from_millisecond(at.as_millisecond()).ok()?,
    })
}
