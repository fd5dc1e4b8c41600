//! The names by which users identify themselves: `EMAIL#address / IDENTIFIER`, and the same for `USERNAME#name` and
//! `PHONE#number`. The item makes the name unique, names its owner, and counts attempts at the password behind it, so
//! that one write counts an attempt and finds the owner.
//!
//! An attempt at a name without an owner creates an item too, which expires: known and unknown names cost the same,
//! which prevents enumeration. The expiry of an owned name is text, which DynamoDB's TTL ignores.

use std::collections::BTreeSet;

use aws_sdk_dynamodb::types::AttributeValue;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::changes::{Changes, Conflict};
use super::condition::{Condition, absent, is};
use super::item::{Record, Text, from_item, number, text, ttl};
use super::keys::{self, Key, TTL};
use super::table::Written;
use super::write::Write;
use super::{Store, StoreError};
use crate::backoff::Backoff;
use crate::domain::{EmailAddress, LoginName, PhoneNumber, RateLimit, UserId, Username};
use crate::entropy::Entropy;

const NEVER: &str = "never";

/// How long the item of a name without an owner is stored.
const UNOWNED_FOR: jiff::SignedDuration = jiff::SignedDuration::from_hours(1);

#[derive(Debug, Serialize, Deserialize)]
struct IdentifierRecord {
    owner: Option<Text<UserId>>,
    /// One mark per attempt: milliseconds, then random bits that distinguish attempts within one millisecond.
    #[serde(default)]
    attempts: BTreeSet<u64>,
}

impl Record for IdentifierRecord {
    const KIND: &'static str = "identifier";
}

/// The current state of a name.
#[derive(Debug)]
pub struct Identifier {
    pub owner: Option<UserId>,
    /// The attempts since the last success, including this one.
    attempts: BTreeSet<u64>,
}

impl Identifier {
    /// For a service that does not count attempts.
    pub fn uncounted(owner: Option<UserId>) -> Self {
        Self {
            owner,
            attempts: BTreeSet::new(),
        }
    }
}

/// The result of counting an attempt.
#[derive(Debug)]
pub enum Attempt {
    Counted(Identifier),
    /// The limit was reached; the next attempt is possible after this number of seconds.
    Refused {
        retry_after: u32,
    },
}

fn key(name: &LoginName) -> Key {
    match name {
        LoginName::Email(email) => keys::email(email),
        LoginName::Username(username) => keys::username(username),
    }
}

const MARK_BITS: u32 = 20;

fn mark(now: Timestamp, entropy: &dyn Entropy) -> u64 {
    let millis = u64::try_from(now.as_millisecond()).unwrap_or(0);
    let random = u32::from_be_bytes(entropy.bytes()) >> (u32::BITS - MARK_BITS);
    (millis << MARK_BITS) | u64::from(random)
}

fn millis_of(mark: u64) -> i64 {
    i64::try_from(mark >> MARK_BITS).unwrap_or(i64::MAX)
}

fn numbers(marks: impl IntoIterator<Item = u64>) -> AttributeValue {
    AttributeValue::Ns(marks.into_iter().map(|mark| mark.to_string()).collect())
}

impl Store {
    pub async fn find_owner(&self, name: impl Into<LoginName>) -> Result<Option<UserId>, StoreError> {
        let item = self.table.get(&key(&name.into())).await?;
        Ok(item
            .map(from_item::<IdentifierRecord>)
            .transpose()?
            .and_then(|record| record.owner)
            .map(|owner| owner.0))
    }

    /// Counts an attempt at the password behind a name, and returns the owner: one call, unless the limit is reached.
    pub async fn attempt(
        &self,
        name: impl Into<LoginName>,
        limit: RateLimit,
        now: Timestamp,
        entropy: &dyn Entropy,
    ) -> Result<Attempt, StoreError> {
        let key = key(&name.into());
        let mark = mark(now, entropy);
        let mut write = counting(key.clone(), mark, limit, now);
        let mut backoff = Backoff::new();
        loop {
            let seen = match self.table.write(write).await? {
                Written::Done(item) => return Ok(Attempt::Counted(from_item::<IdentifierRecord>(item)?.into())),
                Written::Refused(item) => item
                    .map(from_item::<IdentifierRecord>)
                    .transpose()?
                    .map(|record| record.attempts)
                    .unwrap_or_default(),
            };
            let since = (now - limit.per).as_millisecond();
            let recent: BTreeSet<u64> = seen.iter().copied().filter(|mark| millis_of(*mark) > since).collect();
            if recent.len() >= limit.max as usize {
                let first = recent.first().map_or(0, |mark| millis_of(*mark));
                let wait = (first - since).div_euclid(1000).max(0) + 1;
                return Ok(Attempt::Refused {
                    retry_after: u32::try_from(wait).unwrap_or(1),
                });
            }
            // Another request has pruned the set, or a success has emptied it: then there is room, and concurrent
            // attempts may all be added.
            write = if recent.len() == seen.len() {
                counting(key.clone(), mark, limit, now)
            } else {
                replacing(key.clone(), &seen, recent, mark)
            };
            if !backoff.pause().await {
                return Err(StoreError::Throttled);
            }
        }
    }
}

/// Adds the mark while there is room. The set is pruned only when it is full, or by a success.
fn counting(key: Key, mark: u64, limit: RateLimit, now: Timestamp) -> Write {
    let room = Condition::CompareSize("attempts", "<", number(limit.max));
    Write::update(key)
        .add_to_set("attempts", numbers([mark]))
        .set_if_absent(TTL, ttl(now + UNOWNED_FOR))
        .kind(IdentifierRecord::KIND)
        .when(absent("attempts").or(room))
}

/// Drops expired marks and adds the new one, if the set has not changed since it was read.
fn replacing(key: Key, seen: &BTreeSet<u64>, recent: BTreeSet<u64>, mark: u64) -> Write {
    Write::update(key)
        .set("attempts", numbers(recent.into_iter().chain([mark])))
        .when(is("attempts", numbers(seen.iter().copied())))
}

impl Changes {
    /// Claims the address for the user, unless it belongs to a user.
    pub fn claim_email(self, email: &EmailAddress, owner: UserId) -> Self {
        self.claim(keys::email(email), owner, Conflict::EmailTaken)
    }

    /// Claims the username for the user, unless it belongs to a user.
    pub fn claim_username(self, username: &Username, owner: UserId) -> Self {
        self.claim(keys::username(username), owner, Conflict::UsernameTaken)
    }

    /// Claims the telephone number for the user, unless it belongs to a user.
    pub fn claim_phone(self, phone: &PhoneNumber, owner: UserId) -> Self {
        self.claim(keys::phone(phone), owner, Conflict::PhoneTaken)
    }

    fn claim(self, key: Key, owner: UserId, conflict: Conflict) -> Self {
        let write = Write::update(key)
            .set("owner", text(owner))
            .set(TTL, text(NEVER))
            .kind(IdentifierRecord::KIND)
            .when(absent("owner"));
        self.with(write, conflict)
    }

    /// Releases an address of the user.
    pub fn release_email(self, email: &EmailAddress, owner: UserId) -> Self {
        self.release(keys::email(email), owner)
    }

    /// Releases a username of the user.
    pub fn release_username(self, username: &Username, owner: UserId) -> Self {
        self.release(keys::username(username), owner)
    }

    /// Releases a telephone number of the user.
    pub fn release_phone(self, phone: &PhoneNumber, owner: UserId) -> Self {
        self.release(keys::phone(phone), owner)
    }

    fn release(self, key: Key, owner: UserId) -> Self {
        let write = Write::delete(key).when(is("owner", text(owner)));
        self.with(write, Conflict::UserMoved)
    }

    /// After the right password, attempts up to this one no longer count. Nothing is written if this is the only one.
    pub fn forgive_attempts(self, name: impl Into<LoginName>, identifier: &Identifier) -> Self {
        if identifier.attempts.len() < 2 {
            return self;
        }
        let write = Write::update(key(&name.into()))
            .remove_from_set("attempts", numbers(identifier.attempts.iter().copied()))
            .when_exists();
        self.with(write, Conflict::UserMoved)
    }
}

impl From<IdentifierRecord> for Identifier {
    fn from(record: IdentifierRecord) -> Self {
        Self {
            owner: record.owner.map(|owner| owner.0),
            attempts: record.attempts,
        }
    }
}
