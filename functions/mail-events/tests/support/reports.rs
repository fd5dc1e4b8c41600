//! What SES says of a mail, in both of its formats.

use jiff::Timestamp;
use serde_json::{Value, json};
use shared::domain::{EmailStatus, Label};

/// A minute before the tests' clock stands still.
pub const AT: &str = "2026-01-31T11:59:00.000Z";
pub const EARLIER: &str = "2026-01-31T11:58:00.000Z";
pub const LATER: &str = "2026-01-31T11:59:30.000Z";
pub const ADA: &str = "ada@example.com";

/// One report on one mail to one recipient.
#[derive(Debug, Clone, Copy)]
pub struct Report<'a> {
    pub kind: &'static str,
    /// The type of a bounce or a complaint.
    pub detail: &'static str,
    /// The subtype of a bounce.
    pub reason: &'static str,
    pub message_id: &'a str,
    pub recipient: &'a str,
    /// The recipient as the mail server of the recipient spelled it.
    pub spelling: Option<&'a str>,
    pub at: &'a str,
}

pub const HARD_BOUNCE: Report<'static> = report("Bounce", "Permanent");
pub const SOFT_BOUNCE: Report<'static> = report("Bounce", "Transient");
pub const FULL_MAILBOX: Report<'static> = Report {
    reason: "MailboxFull",
    ..SOFT_BOUNCE
};
pub const UNCLEAR_BOUNCE: Report<'static> = report("Bounce", "Undetermined");
pub const COMPLAINT: Report<'static> = report("Complaint", "abuse");
pub const PRAISE: Report<'static> = report("Complaint", "not-spam");
pub const DELIVERY: Report<'static> = report("Delivery", "");
pub const REJECT: Report<'static> = report("Reject", "");
pub const DELAY: Report<'static> = report("DeliveryDelay", "");

const fn report(kind: &'static str, detail: &'static str) -> Report<'static> {
    Report {
        kind,
        detail,
        reason: "General",
        message_id: "0100019c14b5e1c2-6a3e1f60-8c3b-4f7e-9a55-0d6f1f2b7c11-000000",
        recipient: ADA,
        spelling: None,
        at: AT,
    }
}

impl<'a> Report<'a> {
    pub fn at(self, at: &'a str) -> Self {
        Self { at, ..self }
    }

    pub fn on(self, message_id: &'a str) -> Self {
        Self { message_id, ..self }
    }

    pub fn to(self, recipient: &'a str) -> Self {
        Self { recipient, ..self }
    }

    pub fn spelled(self, spelling: &'a str) -> Self {
        Self {
            spelling: Some(spelling),
            ..self
        }
    }

    /// As event publishing writes it.
    pub fn event(self) -> String {
        self.json("eventType").to_string()
    }

    /// As an identity's notifications write it.
    pub fn notification(self) -> String {
        self.json("notificationType").to_string()
    }

    pub fn json(self, format: &str) -> Value {
        let (name, part) = self.part();
        let mut report = json!({
            "mail": {
                "timestamp": self.at,
                "source": "no-reply@example.com",
                "sourceArn": "arn:aws:ses:us-east-1:123456789012:identity/example.com",
                "sendingAccountId": "123456789012",
                "messageId": self.message_id,
                "destination": [self.recipient],
                "headersTruncated": false,
                "headers": [{ "name": "Subject", "value": "Verify your address" }],
                "tags": { "kind": ["verify-email"] },
            },
        });
        report[format] = json!(self.kind);
        report[name] = part;
        report
    }

    fn part(self) -> (&'static str, Value) {
        let reported = self.spelling.unwrap_or(self.recipient);
        let recipients = json!([{ "emailAddress": reported }]);
        match self.kind {
            "Bounce" => (
                "bounce",
                json!({
                    "bounceType": self.detail, "bounceSubType": self.reason, "bouncedRecipients": recipients,
                    "timestamp": self.at, "feedbackId": "0100019c14b5e1c2", "reportingMTA": "dsn; mx.example.com",
                }),
            ),
            "Complaint" => (
                "complaint",
                json!({
                    "complainedRecipients": recipients, "timestamp": self.at, "complaintSubType": null,
                    "complaintFeedbackType": self.detail, "feedbackId": "0100019c14b5e1c2",
                }),
            ),
            "Delivery" => (
                "delivery",
                json!({ "timestamp": self.at, "recipients": [reported], "smtpResponse": "250 ok" }),
            ),
            "Reject" => ("reject", json!({ "reason": "Bad content" })),
            _ => (
                "deliveryDelay",
                json!({ "delayType": "MailboxFull", "delayedRecipients": recipients, "timestamp": self.at }),
            ),
        }
    }
}

pub fn time(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// What a hard bounce leaves behind.
pub fn bounced(at: &str) -> EmailStatus {
    EmailStatus::Bounced {
        at: time(at),
        reason: Label::of("General").unwrap(),
    }
}
