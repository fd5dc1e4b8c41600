//! API keys: `API_KEY#user / KEY#id`, in a partition of their own, so that IAM can deny it to other functions
//! (`dynamodb:LeadingKeys`). The id is derived from the key's hash, so the same item is found by the key's text, by the
//! id and in a listing.
//!
//! The edition of the list, `API_KEY#user / KEYS`, counts the keys that were added. A key is added only if fewer keys
//! were added since the list was read than the list had room for, so concurrent requests cannot exceed the limit, and
//! seldom conflict.

mod updates;

use std::collections::BTreeMap;
use std::num::NonZeroU32;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::changes::{Changes, Conflict};
use super::item::{Bytes32, Item, Millis, Record, Text, from_item, parse, text};
use super::keys;
use super::rate_limit::Counter;
use super::table::Written;
use super::user::UserRecord;
use super::write::Write;
use super::{Store, StoreError};
use crate::domain::api_key::{
    ApiKey, KeyChange, KeyLimit, KeyName, KeyPrefix, KeyUsage, Metadata, Permissions, Quota, Refill, Spending,
};
use crate::domain::audit::Fact;
use crate::domain::{ApiKeyId, SecretHash, User, UserId};
use updates::{changing, raising, spending};

#[derive(Debug, Serialize, Deserialize)]
struct EditionRecord {
    edition: u64,
}

impl Record for EditionRecord {
    const KIND: &'static str = "api_keys_edition";
}

/// Attributes that conditions refer to are absent when they have no value.
#[derive(Debug, Serialize, Deserialize)]
struct ApiKeyRecord {
    id: Text<ApiKeyId>,
    user_id: Text<UserId>,
    hash: Bytes32,
    name: Option<Text<KeyName>>,
    prefix: Option<Text<KeyPrefix>>,
    start: String,
    enabled: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    expires_at: Option<Millis>,
    #[serde(skip_serializing_if = "Option::is_none")]
    remaining: Option<u32>,
    refill: Option<RefillRecord>,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_refill_at: Option<Millis>,
    limit: LimitRecord,
    request_count: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    window_started_at: Option<Millis>,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_request: Option<Millis>,
    permissions: Option<BTreeMap<String, Vec<String>>>,
    metadata: Option<Text<Metadata>>,
    #[serde(default)]
    trust_generation: u64,
    created_at: Millis,
    updated_at: Millis,
    version: u64,
}

#[derive(Debug, Serialize, Deserialize)]
struct RefillRecord {
    amount: NonZeroU32,
    every_ms: i64,
}

#[derive(Debug, Serialize, Deserialize)]
struct LimitRecord {
    enabled: bool,
    max: NonZeroU32,
    per_ms: i64,
}

impl Record for ApiKeyRecord {
    const KIND: &'static str = "api_key";

    fn expires_at(&self) -> Option<Timestamp> {
        self.expires_at.map(|expiry| expiry.0)
    }
}

/// The data on which a use of a key is decided, read together.
#[derive(Debug)]
pub struct ApiKeyView {
    pub key: Option<ApiKey>,
    pub owner: Option<User>,
    /// The counter of the unknown keys that the client has presented, if it was asked for.
    pub guesses: Option<Counter>,
}

/// The result of a use of a key.
#[derive(Debug)]
pub enum Spent {
    /// The key after the use.
    Done(ApiKey),
    /// The key has changed since it was read; `None` if it was deleted.
    Moved(Option<ApiKey>),
}

impl Store {
    pub async fn find_api_key(&self, user: UserId, id: ApiKeyId) -> Result<Option<ApiKey>, StoreError> {
        self.table.find::<ApiKeyRecord, _>(&keys::api_key(user, id)).await
    }

    /// The keys in the order of their ids, which has no meaning.
    pub async fn list_api_keys(&self, user: UserId) -> Result<Vec<ApiKey>, StoreError> {
        let partition = keys::api_key_partition(user);
        self.table
            .list::<ApiKeyRecord, _>(&partition, keys::API_KEY_PREFIX)
            .await
    }

    /// The same, with the edition of the list, which adding a key requires.
    pub async fn list_api_keys_to_add(&self, user: UserId) -> Result<(Vec<ApiKey>, u64), StoreError> {
        let key = keys::api_keys_edition(user);
        let mut items = self.table.query(&key.partition, keys::API_KEYS_PREFIX).await?;
        let is_edition = |item: &mut Item| item.get(keys::SORT) == Some(&text(&key.sort));
        let edition = items.pop_if(is_edition).map(from_item::<EditionRecord>).transpose()?;
        let keys: Result<_, _> = items.into_iter().map(from_key_item).collect();
        Ok((keys?, edition.map_or(0, |record| record.edition)))
    }

    /// One round trip reads the key, its owner, and the number of the client's failed attempts.
    pub async fn view_api_key(
        &self,
        user: UserId,
        id: ApiKeyId,
        guesses: Option<Counter>,
    ) -> Result<ApiKeyView, StoreError> {
        let (key, owner) = (keys::api_key(user, id), keys::user(user));
        let ([key, owner], guesses) = if let Some(guesses) = guesses {
            let [key, owner, item] = self.table.get_all([&key, &owner, guesses.key()]).await?;
            ([key, owner], Some(guesses.read(item)?))
        } else {
            (self.table.get_all([&key, &owner]).await?, None)
        };
        Ok(ApiKeyView {
            key: parse::<ApiKeyRecord, _>(key)?,
            owner: parse::<UserRecord, _>(owner)?,
            guesses,
        })
    }

    /// Takes one use in a single write, if the decision about the use still holds. Other requests may use the key at
    /// the same time.
    pub async fn spend_api_key(&self, key: &ApiKey, step: &Spending, now: Timestamp) -> Result<Spent, StoreError> {
        match self.table.write(spending(key, step, now)).await? {
            Written::Done(item) => Ok(Spent::Done(from_key_item(item)?)),
            Written::Refused(item) => Ok(Spent::Moved(parse::<ApiKeyRecord, _>(item)?)),
        }
    }
}

impl Changes {
    pub fn create_api_key(self, key: &ApiKey) -> Self {
        let write = Write::create(keys::api_key(key.user_id, key.id), &ApiKeyRecord::from(key));
        self.fact(Fact::ApiKeyCreated {
            user: key.user_id,
            key: key.id,
        })
        .with(write, Conflict::IdTaken)
    }

    /// Requires that fewer than `room` keys were added since the list was read.
    pub fn raise_api_keys_edition(self, user: UserId, seen: u64, room: u64, now: Timestamp) -> Self {
        self.with(raising(user, seen, room, now), Conflict::ApiKeysMoved)
    }

    /// The owner's change of a key that has not expired.
    pub fn change_api_key(self, user: UserId, id: ApiKeyId, change: &KeyChange, now: Timestamp) -> Self {
        self.fact(Fact::ApiKeyChanged { user, key: id })
            .with(changing(user, id, change, now), Conflict::ApiKeyGone)
    }

    /// Deletes an existing key: of two requests that delete it, one finds it deleted.
    pub fn delete_api_key(self, user: UserId, id: ApiKeyId) -> Self {
        let write = Write::delete(keys::api_key(user, id)).when_exists();
        self.fact(Fact::ApiKeyDeleted { user, key: id })
            .with(write, Conflict::ApiKeyGone)
    }

    /// Deletes the key, whether or not it still exists.
    pub fn drop_api_key(self, user: UserId, id: ApiKeyId) -> Self {
        self.fact(Fact::ApiKeyDeleted { user, key: id })
            .with(Write::delete(keys::api_key(user, id)), Conflict::ApiKeyGone)
    }

    /// For a commit that deletes the keys of a list: requires that no key was added since the list was read.
    pub fn drop_api_keys_edition(self, user: UserId, seen: u64) -> Self {
        self.with(updates::dropping(user, seen), Conflict::ApiKeysMoved)
    }
}

fn from_key_item(item: Item) -> Result<ApiKey, StoreError> {
    Ok(ApiKey::from(from_item::<ApiKeyRecord>(item)?))
}

impl From<&ApiKey> for ApiKeyRecord {
    fn from(key: &ApiKey) -> Self {
        let refill = key.quota.and_then(|quota| quota.refill);
        Self {
            id: Text(key.id),
            user_id: Text(key.user_id),
            hash: Bytes32(*key.hash.as_bytes()),
            name: key.name.clone().map(Text),
            prefix: key.prefix.clone().map(Text),
            start: key.start.clone(),
            enabled: key.enabled,
            expires_at: key.expires_at.map(Millis),
            remaining: key.quota.map(|quota| quota.remaining),
            refill: refill.map(|refill| RefillRecord {
                amount: refill.amount,
                every_ms: millis(refill.every),
            }),
            last_refill_at: refill.and_then(|refill| refill.last_at).map(Millis),
            limit: LimitRecord {
                enabled: key.limit.enabled,
                max: key.limit.max,
                per_ms: millis(key.limit.per),
            },
            request_count: key.usage.count,
            window_started_at: key.usage.window_started_at.map(Millis),
            last_request: key.usage.last_at.map(Millis),
            permissions: key.permissions.as_ref().map(|granted| granted.as_map().clone()),
            metadata: key.metadata.clone().map(Text),
            trust_generation: key.trust_generation,
            created_at: Millis(key.created_at),
            updated_at: Millis(key.updated_at),
            version: key.version,
        }
    }
}

impl From<ApiKeyRecord> for ApiKey {
    fn from(record: ApiKeyRecord) -> Self {
        let refill = record.refill.map(|refill| Refill {
            amount: refill.amount,
            every: SignedDuration::from_millis(refill.every_ms),
            last_at: record.last_refill_at.map(|at| at.0),
        });
        Self {
            id: record.id.0,
            user_id: record.user_id.0,
            hash: SecretHash::from_bytes(record.hash.0),
            name: record.name.map(|name| name.0),
            prefix: record.prefix.map(|prefix| prefix.0),
            start: record.start,
            enabled: record.enabled,
            expires_at: record.expires_at.map(|at| at.0),
            quota: record.remaining.map(|remaining| Quota { remaining, refill }),
            limit: KeyLimit {
                enabled: record.limit.enabled,
                max: record.limit.max,
                per: SignedDuration::from_millis(record.limit.per_ms),
            },
            permissions: record.permissions.map(Permissions::new),
            metadata: record.metadata.map(|object| object.0),
            usage: KeyUsage {
                count: record.request_count,
                window_started_at: record.window_started_at.map(|at| at.0),
                last_at: record.last_request.map(|at| at.0),
            },
            trust_generation: record.trust_generation,
            created_at: record.created_at.0,
            updated_at: record.updated_at.0,
            version: record.version,
        }
    }
}

fn millis(duration: SignedDuration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}
