//! Reports of SES that were processed: `MAIL_EVENT#address / kind#message`. An item is created in the commit of the
//! report's effect, so that a repeated report has no further effect. Confirmed subscriptions are recorded in the same
//! way: `MAIL_EVENT#SNS / confirmation#message`.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::changes::{Changes, Conflict};
use super::item::{Millis, Record, Text};
use super::write::Write;
use super::{Store, StoreError, keys};
use crate::domain::{EmailAddress, Label, MailEvent, MessageId};

/// SNS stops retrying after 23 days at the latest, a dead-letter queue after 14.
const KEPT_FOR: SignedDuration = SignedDuration::from_hours(30 * 24);

#[derive(Debug, Serialize, Deserialize)]
struct MailEventRecord {
    message_id: Text<MessageId>,
    kind: String,
    reason: Option<Text<Label>>,
    at: Millis,
    seen_at: Millis,
}

impl Record for MailEventRecord {
    const KIND: &'static str = "mail_event";

    fn expires_at(&self) -> Option<Timestamp> {
        Some(self.seen_at.0 + KEPT_FOR)
    }
}

/// A confirmed subscription of SNS.
#[derive(Debug, Serialize, Deserialize)]
struct ConfirmationRecord {
    seen_at: Millis,
}

impl Record for ConfirmationRecord {
    const KIND: &'static str = "subscription_confirmation";

    fn expires_at(&self) -> Option<Timestamp> {
        Some(self.seen_at.0 + KEPT_FOR)
    }
}

impl Store {
    /// Whether the subscription in this message of SNS was confirmed.
    pub async fn is_subscription_confirmed(&self, message_id: &str) -> Result<bool, StoreError> {
        Ok(self.table.get(&keys::confirmation(message_id)).await?.is_some())
    }
}

impl Changes {
    pub fn note_confirmation(self, message_id: &str, now: Timestamp) -> Self {
        let record = ConfirmationRecord { seen_at: Millis(now) };
        let write = Write::create(keys::confirmation(message_id), &record);
        self.with(write, Conflict::MailEventSeen)
    }

    /// Records `event` for one of its recipients; a repetition fails as [`Conflict::MailEventSeen`].
    pub fn note_mail_event(self, event: &MailEvent, recipient: &EmailAddress, now: Timestamp) -> Self {
        let key = keys::mail_event(recipient, event.kind.name(), &event.message_id);
        let record = MailEventRecord {
            message_id: Text(event.message_id.clone()),
            kind: event.kind.name().to_owned(),
            reason: event.kind.reason().cloned().map(Text),
            at: Millis(event.at),
            seen_at: Millis(now),
        };
        self.with(Write::create(key, &record), Conflict::MailEventSeen)
    }
}
