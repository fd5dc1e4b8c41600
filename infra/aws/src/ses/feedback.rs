//! Events of a mail after SES has accepted it, in the form in which SES publishes them to a topic
//! (<https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-contents.html>).

use std::str::FromStr;

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::{ambient, faults::UnknownName, mailbox::Mail};

/// The topic to which the events of mails are published, as by a deployment's configuration set.
pub const FEEDBACK_TOPIC: &str = "arn:aws:sns:us-east-1:000000000000:ostiary-mail-events";

/// How the recipient's mail server, or the recipient, reacted to a mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Feedback {
    /// The mailbox does not exist (a hard bounce).
    Bounce,
    /// The recipient marked the mail as spam.
    Complaint,
    Delivery,
}

impl FromStr for Feedback {
    type Err = UnknownName;

    fn from_str(word: &str) -> Result<Self, UnknownName> {
        match word {
            "bounce" => Ok(Self::Bounce),
            "complaint" => Ok(Self::Complaint),
            "delivery" => Ok(Self::Delivery),
            _ => Err(UnknownName::new(word, &["bounce", "complaint", "delivery"])),
        }
    }
}

impl Feedback {
    /// The event that is published, for all recipients of the mail.
    pub(crate) fn event(self, mail: &Mail, now: Timestamp) -> Value {
        let (kind, name, details) = match self {
            Self::Bounce => ("Bounce", "bounce", bounce(mail, now)),
            Self::Complaint => ("Complaint", "complaint", complaint(mail, now)),
            Self::Delivery => ("Delivery", "delivery", delivery(mail, now)),
        };
        json!({ "eventType": kind, "mail": description(mail), name: details })
    }
}

fn bounce(mail: &Mail, now: Timestamp) -> Value {
    let recipients = mail.to.iter().map(|address| {
        json!({
            "emailAddress": address,
            "action": "failed",
            "status": "5.1.1",
            "diagnosticCode": "smtp; 550 5.1.1 user unknown",
        })
    });
    json!({
        "bounceType": "Permanent",
        "bounceSubType": "General",
        "bouncedRecipients": recipients.collect::<Vec<_>>(),
        "timestamp": time(now),
        "feedbackId": ambient::random_uuid(),
        "reportingMTA": "dsn; localhost",
    })
}

fn complaint(mail: &Mail, now: Timestamp) -> Value {
    let recipients = mail.to.iter().map(|address| json!({ "emailAddress": address }));
    json!({
        "complainedRecipients": recipients.collect::<Vec<_>>(),
        "timestamp": time(now),
        "feedbackId": ambient::random_uuid(),
        "complaintSubType": null,
        "userAgent": "local mailbox",
        "complaintFeedbackType": "abuse",
        "arrivalDate": time(now),
    })
}

fn delivery(mail: &Mail, now: Timestamp) -> Value {
    json!({
        "timestamp": time(now),
        "processingTimeMillis": now.duration_since(mail.at).as_millis(),
        "recipients": mail.to,
        "smtpResponse": "250 2.0.0 OK",
        "reportingMTA": "localhost",
    })
}

/// The description of the mail, which every event has.
fn description(mail: &Mail) -> Value {
    let headers = mail
        .headers
        .iter()
        .map(|(name, value)| json!({ "name": name, "value": value }));
    let tags = mail.tags.iter().map(|(name, value)| (name.clone(), json!([value])));
    let configuration_set = mail.configuration_set.iter();
    let own_tags = configuration_set.map(|name| ("ses:configuration-set".to_owned(), json!([name])));
    json!({
        "timestamp": time(mail.at),
        "source": mail.from,
        "sendingAccountId": "000000000000",
        "messageId": mail.id,
        "destination": mail.to,
        "headersTruncated": false,
        "headers": headers.collect::<Vec<_>>(),
        "commonHeaders": { "from": [mail.from], "to": mail.to, "messageId": mail.id, "subject": mail.subject },
        "tags": tags.chain(own_tags).collect::<serde_json::Map<_, _>>(),
    })
}

fn time(time: Timestamp) -> String {
    format!("{time:.3}")
}
