//! The events of SES in a message, in either of their two formats: event publishing
//! (<https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-contents.html>) and the older
//! notifications of an identity (<https://docs.aws.amazon.com/ses/latest/dg/notification-contents.html>). They differ
//! in the name of the type, and in the types that exist. Fields that are not used are ignored.
//!
//! A report applies to recipients of its mail only. The mail's destination is as this service wrote it, while the
//! recipients of a bounce or a complaint are as another mail server spelled them, which may be any text.

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use jiff::Timestamp;
use mail_parser::parsers::MessageStream;
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

/// The event, for the reported addresses to which the mail was sent.
fn event(mail: &Mail, kind: MailEventKind, at: Timestamp, reported: &[String]) -> Option<MailEvent> {
    let message_id = MessageId::parse(&mail.message_id).ok()?;
    let sent_to: BTreeSet<_> = mail
        .destination
        .iter()
        .take(MAX_RECIPIENTS)
        .filter_map(|text| address(text))
        .collect();
    let reported = reported.iter().take(MAX_RECIPIENTS).map(|text| address(text));
    let (recipients, foreign): (Vec<_>, Vec<_>) =
        reported.partition(|address| address.as_ref().is_some_and(|address| sent_to.contains(address)));
    if !foreign.is_empty() {
        tracing::warn!(
            mail.message_id = %message_id,
            mail.event = kind.name(),
            recipients = foreign.len(),
            "SES reported on addresses that the mail was not sent to: the report has no effect on them"
        );
    }
    let recipients: BTreeSet<_> = recipients.into_iter().flatten().collect();
    Some(MailEvent {
        message_id,
        kind,
        recipients: recipients.into_iter().collect(),
        // Times are stored in milliseconds.
        at: Timestamp::from_millisecond(at.as_millisecond()).ok()?,
    })
}

/// The one address in the text, which may also have a name, comments, angle brackets, or the type of the address (RFC
/// 3464, section 2.3.2: `rfc822; ada@example.com`). `None` if there are several, or none that this service sends to.
fn address(text: &str) -> Option<EmailAddress> {
    let line = format!("{}\n", text.replace(['\r', '\n'], " "));
    let parsed = MessageStream::new(line.as_bytes()).parse_address();
    let mut addresses = parsed.as_address()?.iter().filter_map(|found| found.address());
    let only = addresses.next().filter(|_| addresses.next().is_none())?;
    EmailAddress::parse(only).ok()
}
