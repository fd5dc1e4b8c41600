//! What SES says in a message, in either of its two formats: event publishing
//! (<https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-contents.html>) and the older notifications of an
//! identity (<https://docs.aws.amazon.com/ses/latest/dg/notification-contents.html>). They differ in the name of the type, and in
//! the types that there are. Fields that are not used here are not looked at.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde::Deserialize;

use crate::domain::mail_event::Permanence;
use crate::domain::{EmailAddress, Label, MailEvent, MailEventKind, MessageId};

/// SES takes a mail for at most so many recipients.
const MOST_RECIPIENTS: usize = 50;

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SesMessage {
    Report {
        /// The type, as SES calls it.
        name: &'static str,
        event: MailEvent,
    },
    /// Something that is nothing to us: another type, or the line with which SES tries a new topic.
    Other,
}

/// A report that lacks what such a report has. Where the fault is, and nothing of what stands there.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("a report of SES cannot be read at line {line}, column {column}")]
pub struct Malformed {
    pub line: usize,
    pub column: usize,
}

/// First look: whether it is for us.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Head {
    event_type: Option<String>,
    notification_type: Option<String>,
}

/// The part that is there has the name of the type.
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
        // Not everything that comes is JSON: SES greets a new topic with a sentence.
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
        // SES's own word for not knowing; a word that we do not know says as little.
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

/// Rejects do not say when; it was when SES was asked to send.
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

/// A recipient that is no address to us was never written to by us.
fn event(mail: &Mail, kind: MailEventKind, at: Timestamp, recipients: &[String]) -> Option<MailEvent> {
    let recipients = recipients
        .iter()
        .take(MOST_RECIPIENTS)
        .filter_map(|text| EmailAddress::parse(text).ok())
        .collect::<BTreeSet<_>>();
    Some(MailEvent {
        message_id: MessageId::parse(&mail.message_id).ok()?,
        kind,
        recipients: recipients.into_iter().collect(),
        // What is kept of a time are its milliseconds.
        at: Timestamp::from_millisecond(at.as_millisecond()).ok()?,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    const AT: &str = "2026-01-31T11:59:59.250Z";

    /// A report in the form that both formats have in common, but for the name of its type.
    fn report(kind: &str, name: &str, part: Value) -> Value {
        let mut report = json!({
            "eventType": kind,
            "mail": {
                "timestamp": "2026-01-31T11:59:00.000Z",
                "messageId": "0100019c14b5e1c2-6a3e1f60-000000",
                "destination": ["ada@example.com"],
                "source": "Ostiary <no-reply@example.com>",
                "tags": { "kind": ["verify-email"] },
            },
        });
        report[name] = part;
        report
    }

    fn all() -> Vec<(Value, MailEventKind, &'static str)> {
        let bounce = |kind: &str, sub: &str| {
            json!({
                "bounceType": kind, "bounceSubType": sub, "timestamp": AT, "feedbackId": "x",
                "bouncedRecipients": [{ "emailAddress": "Ada@example.com", "action": "failed", "status": "5.1.1" }],
            })
        };
        let bounced = |permanence, reason| MailEventKind::Bounce {
            permanence,
            reason: Label::of(reason).unwrap(),
        };
        let complaint = json!({
            "complainedRecipients": [{ "emailAddress": "ada@example.com" }], "timestamp": AT,
            "complaintFeedbackType": "abuse", "complaintSubType": null,
        });
        let complained = MailEventKind::Complaint {
            feedback: Label::of("abuse"),
        };
        let delivery = json!({ "timestamp": AT, "recipients": ["ada@example.com"], "smtpResponse": "250 OK" });
        let delay = json!({
            "delayType": "MailboxFull", "timestamp": AT, "delayedRecipients": [{ "emailAddress": "ada@example.com" }],
        });
        vec![
            (
                report("Bounce", "bounce", bounce("Permanent", "General")),
                bounced(Permanence::Permanent, "General"),
                AT,
            ),
            (
                report("Bounce", "bounce", bounce("Transient", "MailboxFull")),
                bounced(Permanence::Transient, "MailboxFull"),
                AT,
            ),
            (
                report("Bounce", "bounce", bounce("Undetermined", "Undetermined")),
                bounced(Permanence::Undetermined, "Undetermined"),
                AT,
            ),
            (report("Complaint", "complaint", complaint), complained, AT),
            (report("Delivery", "delivery", delivery), MailEventKind::Delivery, AT),
            (
                report("Reject", "reject", json!({ "reason": "Bad content" })),
                MailEventKind::Reject,
                "2026-01-31T11:59:00Z",
            ),
            (
                report("DeliveryDelay", "deliveryDelay", delay),
                MailEventKind::DeliveryDelay,
                AT,
            ),
        ]
    }

    #[test]
    fn every_type_is_read_in_both_formats() {
        for (mut report, kind, at) in all() {
            for format in ["eventType", "notificationType"] {
                let fields = report.as_object_mut().unwrap();
                let name = fields
                    .remove("eventType")
                    .or_else(|| fields.remove("notificationType"))
                    .unwrap();
                report[format] = name.clone();
                let Ok(SesMessage::Report { name: read, event }) = SesMessage::parse(&report.to_string()) else {
                    panic!("not read: {report}");
                };
                assert_eq!(read, name);
                assert_eq!(event.kind, kind);
                assert_eq!(event.at, at.parse().unwrap());
                assert_eq!(event.message_id.to_string(), "0100019c14b5e1c2-6a3e1f60-000000");
                assert_eq!(event.recipients, [EmailAddress::parse("ada@example.com").unwrap()]);
            }
        }
    }

    #[test]
    fn what_is_nothing_to_us_is_let_be() {
        for text in [
            "",
            "Successfully validated SNS topic for Amazon SES event publishing.",
            "[]",
            "{}",
            r#"{"eventType": 1}"#,
            r#"{"eventType": "Open", "open": {}}"#,
            r#"{"eventType": "Send", "mail": {}, "send": {}}"#,
            r#"{"notificationType": "AmazonSnsSubscriptionSucceeded", "message": "You have subscribed"}"#,
        ] {
            assert_eq!(SesMessage::parse(text), Ok(SesMessage::Other), "{text}");
        }
    }

    #[test]
    fn a_report_without_its_parts_is_not_swallowed() {
        for (report, ..) in all() {
            let broken = |change: &dyn Fn(&mut Value)| {
                let mut report = report.clone();
                change(&mut report);
                assert!(SesMessage::parse(&report.to_string()).is_err(), "{report}");
            };
            broken(&|report| drop(report.as_object_mut().unwrap().remove("mail")));
            broken(&|report| report["mail"]["messageId"] = json!("a#b"));
            broken(&|report| report["mail"]["timestamp"] = json!("yesterday"));
            for part in ["bounce", "complaint", "delivery", "deliveryDelay"] {
                if report.get(part).is_some() {
                    broken(&|report| drop(report.as_object_mut().unwrap().remove(part)));
                    broken(&|report| report[part]["timestamp"] = json!(1));
                }
            }
        }
    }

    #[test]
    fn recipients_are_addresses_and_not_too_many() {
        let recipients: Vec<_> = (0..200).map(|n| json!(format!("user{n}@example.com"))).collect();
        let mut part = json!({ "timestamp": AT, "recipients": recipients });
        let count = |part: &Value| match SesMessage::parse(&report("Delivery", "delivery", part.clone()).to_string()) {
            Ok(SesMessage::Report { event, .. }) => event.recipients.len(),
            other => panic!("{other:?}"),
        };
        assert_eq!(count(&part), MOST_RECIPIENTS);
        part["recipients"] = json!(["nobody", "ada@example.com", "ADA@example.com", "a\nb@example.com"]);
        assert_eq!(count(&part), 1);
    }
}
