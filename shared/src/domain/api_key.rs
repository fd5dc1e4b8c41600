//! API keys, with which a program authenticates as the key's user. `secret` contains the key's text, which is shown
//! once; `values` contains the fields with validation rules; `spending` decides whether a key may be used, and what a
//! use consumes.

mod secret;
mod spending;
mod values;

use jiff::{SignedDuration, Timestamp};

use super::ids::{ApiKeyId, UserId};
use super::patch::Patch;
use super::secret::SecretHash;
use super::user::User;

pub use secret::{InvalidApiKey, PlainApiKey};
pub use spending::{KeyRefused, QuotaStep, Spending, WindowStep};
pub use values::{
    InvalidLimit, InvalidName, KeyLifetime, KeyLimit, KeyName, KeyPrefix, LifetimeRefused, Metadata, MetadataTooLong,
    Permissions, PrefixRefused, Quota, Refill,
};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiKey {
    pub id: ApiKeyId,
    pub user_id: UserId,
    /// The hash of the whole text, including the prefix.
    pub hash: SecretHash,
    pub name: Option<KeyName>,
    pub prefix: Option<KeyPrefix>,
    /// The first characters of the text, by which users distinguish their keys.
    pub start: String,
    pub enabled: bool,
    pub expires_at: Option<Timestamp>,
    /// `None` means that the number of uses is unlimited.
    pub quota: Option<Quota>,
    pub limit: KeyLimit,
    /// The permissions that a verification may require. They name resources of the application, not of this service.
    pub permissions: Option<Permissions>,
    pub metadata: Option<Metadata>,
    pub usage: KeyUsage,
    /// The owner's [`User::trust_generation`] when the key was created or last changed.
    pub trust_generation: u64,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    /// The version of the optimistic lock. Each change increments it. Uses do not, because they run concurrently; a use
    /// names the version on which its decision was based.
    pub version: u64,
}

/// The counters and times that uses of a key update.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct KeyUsage {
    /// The number of uses in the current window of the rate limit.
    pub count: u32,
    pub window_started_at: Option<Timestamp>,
    pub last_at: Option<Timestamp>,
}

/// A partial update of a key.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct KeyChange {
    pub name: Option<KeyName>,
    pub enabled: Option<bool>,
    pub expires_at: Patch<Timestamp>,
    pub metadata: Patch<Metadata>,
    /// See [`ApiKey::trust_generation`].
    pub trust_generation: u64,
}

/// The fields of a new key, except its secret and its owner.
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
    pub fn new(text: &PlainApiKey, terms: KeyTerms, trust_generation: u64, now: Timestamp) -> Self {
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
            trust_generation,
            created_at: now,
            updated_at: now,
            version: 0,
        }
    }

    /// Whether the key may stand for a session of its owner: a session with the second factor, if the owner has one, has
    /// created or changed the key.
    pub fn is_trusted_by(&self, owner: &User) -> bool {
        !owner.two_factor_enabled || self.trust_generation == owner.trust_generation
    }

    pub fn is_expired(&self, now: Timestamp) -> bool {
        self.expires_at.is_some_and(|expiry| expiry <= now)
    }
}

impl KeyUsage {
    /// The end of the current rate-limit window. `None` means that no window has started.
    fn window_ends_at(&self, per: SignedDuration) -> Option<Timestamp> {
        Some(later(self.window_started_at?, per))
    }
}

/// Adds a duration to a time. The result saturates at [`Timestamp::MAX`].
fn later(time: Timestamp, by: SignedDuration) -> Timestamp {
    time.checked_add(by).unwrap_or(Timestamp::MAX)
}
