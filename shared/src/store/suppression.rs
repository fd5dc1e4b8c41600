//! The deliverability of an address, from the reports of SES: `SUPPRESSION#address / STATE`. The item of a suppressed
//! address stays; any other state expires after a while.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::changes::{Changes, Conflict};
use super::condition::at_version;
use super::item::{Millis, Record, Text, from_item};
use super::write::Write;
use super::{Store, StoreError, keys};
use crate::domain::{Deliverability, EmailAddress, EmailStatus, Label};

/// A delivery is recorded for as long as the reports that it is compared with.
const DELIVERABLE_FOR: SignedDuration = SignedDuration::from_hours(30 * 24);

#[derive(Debug, Serialize, Deserialize)]
struct SuppressionRecord {
    status: EmailStatusRecord,
    delivered_at: Option<Millis>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    full_at: Vec<Millis>,
    lifted_at: Option<Millis>,
    version: u64,
}

/// Also a part of the user's item.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub(super) enum EmailStatusRecord {
    #[default]
    Deliverable,
    SoftBounced {
        at: Millis,
    },
    Bounced {
        at: Millis,
        reason: Text<Label>,
    },
    Complained {
        at: Millis,
    },
}

impl EmailStatusRecord {
    pub(super) fn is_deliverable(&self) -> bool {
        matches!(self, Self::Deliverable)
    }
}

impl Record for SuppressionRecord {
    const KIND: &'static str = "suppression";

    fn expires_at(&self) -> Option<Timestamp> {
        let newest = self
            .delivered_at
            .into_iter()
            .chain(self.lifted_at)
            .map(|at| at.0)
            .max()?;
        self.status.is_deliverable().then(|| newest + DELIVERABLE_FOR)
    }
}

impl Store {
    /// The deliverability of an address; the default if nothing is known.
    pub async fn find_deliverability(&self, email: &EmailAddress) -> Result<Deliverability, StoreError> {
        let item = self.table.get(&keys::suppression(email)).await?;
        let record = item.map(from_item::<SuppressionRecord>).transpose()?;
        Ok(record.map(Deliverability::from).unwrap_or_default())
    }
}

impl Changes {
    /// Writes the new deliverability of an address, if its version is unchanged.
    pub fn put_deliverability(self, email: &EmailAddress, known: &Deliverability) -> Self {
        let record = SuppressionRecord {
            version: known.version + 1,
            ..SuppressionRecord::from(known)
        };
        let write = Write::put(keys::suppression(email), &record).when(at_version(known.version));
        self.with(write, Conflict::DeliverabilityMoved)
    }
}

impl From<&Deliverability> for SuppressionRecord {
    fn from(known: &Deliverability) -> Self {
        Self {
            status: EmailStatusRecord::from(&known.status),
            delivered_at: known.delivered_at.map(Millis),
            full_at: known.full_at.iter().copied().map(Millis).collect(),
            lifted_at: known.lifted_at.map(Millis),
            version: known.version,
        }
    }
}

impl From<SuppressionRecord> for Deliverability {
    fn from(record: SuppressionRecord) -> Self {
        Self {
            status: EmailStatus::from(record.status),
            delivered_at: record.delivered_at.map(|at| at.0),
            full_at: record.full_at.into_iter().map(|at| at.0).collect(),
            lifted_at: record.lifted_at.map(|at| at.0),
            version: record.version,
        }
    }
}

impl From<&EmailStatus> for EmailStatusRecord {
    fn from(status: &EmailStatus) -> Self {
        match status {
            EmailStatus::Deliverable => Self::Deliverable,
            EmailStatus::SoftBounced { at } => Self::SoftBounced { at: Millis(*at) },
            EmailStatus::Bounced { at, reason } => Self::Bounced {
                at: Millis(*at),
                reason: Text(reason.clone()),
            },
            EmailStatus::Complained { at } => Self::Complained { at: Millis(*at) },
        }
    }
}

impl From<EmailStatusRecord> for EmailStatus {
    fn from(record: EmailStatusRecord) -> Self {
        match record {
            EmailStatusRecord::Deliverable => Self::Deliverable,
            EmailStatusRecord::SoftBounced { at } => Self::SoftBounced { at: at.0 },
            EmailStatusRecord::Bounced { at, reason } => Self::Bounced {
                at: at.0,
                reason: reason.0,
            },
            EmailStatusRecord::Complained { at } => Self::Complained { at: at.0 },
        }
    }
}
