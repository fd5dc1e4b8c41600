//! DynamoDB: one table, strongly consistent reads by key, and changes that are committed as one conditional
//! transaction.
//!
//! `keys` contains all partition and sort keys, `item` converts records to items, `write` and `condition` describe a
//! write and its condition, `table` makes the calls, and `changes` is the unit of writing. The other files each hold
//! one kind of item: its record, its reads, and its changes. *Not found* is `Ok(None)`: operations decide what an
//! absence means.

mod administrator;
mod api_key;
mod authenticator;
mod authorization;
mod backup_codes;
mod bulk_upload;
mod catalogue;
mod ceremony;
mod changes;
mod condition;
mod configuration;
mod credential;
mod directory;
mod event;
mod identifier;
mod invitation;
mod item;
mod key_ring;
mod keys;
mod linked_account;
mod listing;
mod mail_delivery;
mod mail_event;
mod member;
mod one_time;
mod organization;
mod outbox;
mod passkey;
mod policy;
mod profile;
mod proven_identity;
mod rate_limit;
mod registration_link;
mod sequence;
mod service_token;
mod session;
mod sign_in;
mod spent_token;
mod statistics;
mod suppression;
mod table;
mod team;
#[cfg(test)]
mod tests;
mod trusted_device;
mod two_factor;
mod user;
mod write;

pub use administrator::{AdminProofView, AdminSignInView, LiveAdmin};
pub use api_key::{ApiKeyView, Spent};
pub use changes::{Changes, CommitError, Conflict};
pub use credential::Credential;
pub use event::event_key_of_stream_key;
pub use item::CorruptItem;
pub use mail_delivery::Claim;
pub use outbox::mail_id_of_stream_key;
pub use rate_limit::Counter;
pub use sequence::Sequence;
pub use session::LiveSession;
pub use sign_in::{NameView, ProofView, SignInView};

use jiff::Timestamp;
use table::Table;

use crate::domain::Region;

/// The state of the service.
#[derive(Debug, Clone)]
pub struct Store {
    table: Table,
    /// The Region of the client. `None` in a client without one.
    region: Option<Region>,
    /// Sessions, and trust in browsers, that began earlier do not exist: a restored table may contain some that had ended.
    sessions_since: Timestamp,
    /// Whether a commit writes the events of its facts.
    writes_events: bool,
}

/// The reasons for which the store could not respond.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// DynamoDB cannot be reached, failed, or took too long.
    #[error("the table is unavailable")]
    Unavailable,
    /// DynamoDB is overloaded: a retry later may succeed.
    #[error("the table throttles requests")]
    Throttled,
    /// An item does not parse, which is a defect of the service. The error has the item's address.
    #[error(transparent)]
    Corrupt(#[from] CorruptItem),
}

impl Store {
    pub fn new(client: aws_sdk_dynamodb::Client, table: String) -> Self {
        let region = client.config().region();
        Self {
            region: region.and_then(|region| Region::parse(region.as_ref()).ok()),
            table: Table::new(client, table),
            sessions_since: Timestamp::MIN,
            writes_events: false,
        }
    }

    /// From now on, each commit writes the events of its facts (`EVENTS`).
    #[must_use]
    pub fn with_events(self, writes_events: bool) -> Self {
        Self { writes_events, ..self }
    }

    /// From now on, no read returns a session, or a trusted browser, that began before this time.
    #[must_use]
    pub fn with_sessions_since(self, sessions_since: Timestamp) -> Self {
        Self { sessions_since, ..self }
    }

    /// The Region in which the service runs, as far as its items are those of a Region.
    pub(crate) fn region(&self) -> Option<&Region> {
        self.region.as_ref()
    }

    fn is_recent(&self, began_at: Timestamp) -> bool {
        began_at >= self.sessions_since
    }

    /// Checks whether the table responds.
    pub async fn ping(&self) -> Result<(), StoreError> {
        self.table.get(&keys::sequence("ping", None)).await.map(drop)
    }
}
