//! Events: the records of facts that changed the state of the service, on their way to the event bus.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use serde::Deserialize;

use super::audit::AuditRecord;
use super::ids::EventId;

/// The events of one commit with the same owner. They wait together, in their order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PendingEvents {
    pub key: EventKey,
    pub events: Vec<Event>,
}

/// The name of [`PendingEvents`]: events with one owner are ordered by the id.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct EventKey {
    /// See [`Fact::owner`](super::audit::Fact::owner).
    pub owner: String,
    /// That of the first of the events. It begins with the time.
    pub id: EventId,
}

impl fmt::Display for EventKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.owner, self.id)
    }
}

/// An event as it is published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    pub kind: String,
    pub at: Timestamp,
    /// The record of the audit trail as JSON.
    pub detail: String,
}

impl From<&AuditRecord> for Event {
    fn from(record: &AuditRecord) -> Self {
        Self {
            kind: record.fact.kind().to_owned(),
            at: record.at,
            detail: record.to_json().to_string(),
        }
    }
}

/// The text is no record of the audit trail.
#[derive(Debug, thiserror::Error)]
#[error("not a record: {0}")]
pub struct InvalidEvent(#[from] serde_json::Error);

/// The detail is the one text form of an event.
impl FromStr for Event {
    type Err = InvalidEvent;

    fn from_str(detail: &str) -> Result<Self, InvalidEvent> {
        #[derive(Deserialize)]
        struct Head {
            kind: String,
            time: Timestamp,
        }
        let Head { kind, time } = serde_json::from_str(detail)?;
        Ok(Self {
            kind,
            at: time,
            detail: detail.to_owned(),
        })
    }
}

impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.detail)
    }
}
