//! DynamoDB: one table, strongly consistent reads by key, and changes that are committed as one conditional
//! transaction.
//!
//! `keys` alone spells partition and sort keys, `item` turns records into items, `write` and `condition` say what a
//! write does and when, `table` makes the calls, `changes` is the unit of writing. The other files each hold one kind
//! of item: its record, its reads, and the changes it can undergo. *Not found* is `Ok(None)`: what absence means is for
//! operations to decide.

mod api_key;
mod authenticator;
mod authorization;
mod backup_codes;
mod ceremony;
mod changes;
mod condition;
mod credential;
mod directory;
mod identifier;
mod invitation;
mod item;
mod key_ring;
mod keys;
mod linked_account;
mod mail_event;
mod member;
mod one_time;
mod organization;
mod outbox;
mod passkey;
mod profile;
mod rate_limit;
mod sequence;
mod session;
mod sign_in;
mod suppression;
mod table;
mod team;
#[cfg(test)]
mod tests;
mod trusted_device;
mod two_factor;
mod user;
mod write;

pub use api_key::{ApiKeyView, Spent};
pub use changes::{Changes, CommitError, Conflict};
pub use identifier::{Attempt, Identifier};
pub use item::CorruptItem;
pub use outbox::mail_id_of_stream_key;
pub use sequence::Sequence;
pub use session::LiveSession;
pub use sign_in::SignInView;

use table::Table;

/// The service's state.
#[derive(Debug, Clone)]
pub struct Store {
    table: Table,
}

/// Why the store could not answer.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// DynamoDB cannot be reached, failed, or took too long.
    #[error("the table is unavailable")]
    Unavailable,
    /// DynamoDB is overloaded: a retry later may succeed.
    #[error("the table throttles requests")]
    Throttled,
    /// An item does not parse: our bug, with its address.
    #[error(transparent)]
    Corrupt(#[from] CorruptItem),
}

impl Store {
    pub fn new(client: aws_sdk_dynamodb::Client, table: String) -> Self {
        Self {
            table: Table::new(client, table),
        }
    }

    /// Whether the table answers.
    pub async fn ping(&self) -> Result<(), StoreError> {
        self.table.get(&keys::sequence("ping")).await.map(drop)
    }
}
