//! A key with which a program authenticates as its user. `secret` is its text, which is shown once; `values` are the
//! parts that have rules of their own; `spending` decides whether a key may be used, and what a use takes from it.

mod secret;
mod spending;
mod values;

use jiff::{SignedDuration, Timestamp};

use super::ids::{ApiKeyId, UserId};
use super::patch::Patch;
use super::secret::SecretHash;

pub use secret::{InvalidApiKey, PlainApiKey};
pub use spending::{KeyRefused, QuotaStep, Spending, WindowStep};
pub use values::{
    InvalidName, KeyLifetime, KeyLimit, KeyName, KeyPrefix, LifetimeRefused, Metadata, MetadataTooLong, Permissions,
    PrefixRefused, Quota, Refill,
};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiKey {
    pub id: ApiKeyId,
    pub user_id: UserId,
    /// Of the whole text, prefix included.
    pub hash: SecretHash,
    pub name: Option<KeyName>,
    pub prefix: Option<KeyPrefix>,
    /// How the text begins. People tell their keys apart by it.
    pub start: String,
    pub enabled: bool,
    pub expires_at: Option<Timestamp>,
    /// `None`: it may be used any number of times.
    pub quota: Option<Quota>,
    pub limit: KeyLimit,
    /// What a verification may ask for. They name things of the application, none of ours.
    pub permissions: Option<Permissions>,
    pub metadata: Option<Metadata>,
    pub usage: KeyUsage,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    /// Raised by each change. Uses leave it: they go on side by side, and a use names the version that it was decided
    /// upon.
    pub version: u64,
}

/// What uses leave behind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct KeyUsage {
    /// Uses in the current window of the limit.
    pub count: u32,
    pub window_started_at: Option<Timestamp>,
    pub last_at: Option<Timestamp>,
}

/// What a partial update says of a key.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct KeyChange {
    pub name: Option<KeyName>,
    pub enabled: Option<bool>,
    pub expires_at: Patch<Timestamp>,
    pub metadata: Patch<Metadata>,
}

/// What a new key is made with, but for its secret and its owner.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct KeyTerms {
    pub name: Option<KeyName>,
    pub prefix: Option<KeyPrefix>,
    pub lifetime: Option<KeyLifetime>,
    pub metadata: Option<Metadata>,
    pub quota: Option<Quota>,
    pub limit: KeyLimit,
    pub permissions: Option<Permissions>,
}

impl ApiKey {
    pub fn new(text: &PlainApiKey, terms: KeyTerms, now: Timestamp) -> Self {
        Self {
            id: text.id(),
            user_id: text.owner(),
            hash: text.hash(),
            name: terms.name,
            prefix: terms.prefix,
            start: text.start().to_owned(),
            enabled: true,
            expires_at: terms.lifetime.map(|lifetime| lifetime.from(now)),
            quota: terms.quota,
            limit: terms.limit,
            permissions: terms.permissions,
            metadata: terms.metadata,
            usage: KeyUsage::default(),
            created_at: now,
            updated_at: now,
            version: 0,
        }
    }

    pub fn is_expired(&self, now: Timestamp) -> bool {
        self.expires_at.is_some_and(|expiry| expiry <= now)
    }
}

impl KeyUsage {
    /// When the window ends in which uses are being counted.
    fn window_ends_at(&self, per: SignedDuration) -> Option<Timestamp> {
        Some(later(self.window_started_at?, per))
    }
}

/// The end of time is as late as it gets.
fn later(time: Timestamp, by: SignedDuration) -> Timestamp {
    time.checked_add(by).unwrap_or(Timestamp::MAX)
}
