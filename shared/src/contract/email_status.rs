//! The deliverability of mail to an address. Contracts show it only to the user who has the address, and each contract
//! names the field.

use jiff::Timestamp;
use serde::Serialize;

use crate::domain::deliverability::EmailStatus;

/// Absent values are omitted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct EmailStatusReport {
    pub status: &'static str,
    /// The reason for a bounce, in the words of SES.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The time of the event that made the address undeliverable.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<Timestamp>,
}

impl From<&EmailStatus> for EmailStatusReport {
    fn from(status: &EmailStatus) -> Self {
        Self {
            status: status.as_str(),
            reason: status.reason().map(ToString::to_string),
            at: status.since(),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{json, to_value};

    use super::*;
    use crate::domain::mail_event::Label;

    #[test]
    fn a_report_says_what_is_known_and_leaves_out_the_rest() {
        let at: Timestamp = "2026-01-31T12:00:00Z".parse().expect("a time");
        let reason = Label::of("NoEmail").expect("a label");
        let report = |status: &EmailStatus| to_value(EmailStatusReport::from(status)).expect("JSON");

        assert_eq!(report(&EmailStatus::Deliverable), json!({ "status": "deliverable" }));
        assert_eq!(
            report(&EmailStatus::SoftBounced { at }),
            json!({ "status": "soft_bounced", "at": "2026-01-31T12:00:00Z" })
        );
        assert_eq!(
            report(&EmailStatus::Bounced { at, reason }),
            json!({ "status": "bounced", "reason": "NoEmail", "at": "2026-01-31T12:00:00Z" })
        );
        assert_eq!(
            report(&EmailStatus::Complained { at }),
            json!({ "status": "complained", "at": "2026-01-31T12:00:00Z" })
        );
    }
}
