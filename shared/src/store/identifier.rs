//! What a person types to say who they are: `EMAIL#address / IDENTIFIER`, and the same of `USERNAME#name` and `PHONE#number`. The item makes the name unique,
//! names its owner, and counts attempts at the password behind it, so that counting an attempt and finding the owner are one write.
//!
//! A name that nobody owns gets an item too when somebody tries it, with an expiry: known and unknown cost the same. The
//! expiry of an owned one is text, which DynamoDB's TTL passes over.

use std::collections::BTreeSet;

use aws_sdk_dynamodb::types::{AttributeValue, Delete, Update};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::changes::{Changes, Conflict};
use super::item::{Record, Text, from_item, text, ttl};
use super::keys::{self, Key, TTL};
use super::table::Updated;
use super::{Store, StoreError};
use crate::domain::{EmailAddress, LoginName, PhoneNumber, RateLimit, UserId, Username};
use crate::entropy::Entropy;

const NEVER: &str = "never";

/// How long the item of a name without an owner is kept.
const UNOWNED_FOR: jiff::SignedDuration = jiff::SignedDuration::from_hours(1);

/// How often a lost race for the same item is run again.
const ROUNDS: usize = 8;

#[derive(Debug, Serialize, Deserialize)]
struct IdentifierRecord {
    owner: Option<Text<UserId>>,
    /// One mark per attempt: milliseconds, then random bits that tell attempts of one millisecond apart.
    #[serde(default)]
    attempts: BTreeSet<u64>,
}

impl Record for IdentifierRecord {
    const KIND: &'static str = "identifier";
}

/// A name as it is now.
#[derive(Debug)]
pub struct Identifier {
    pub owner: Option<UserId>,
    /// The attempts since the last success, this one among them.
    attempts: BTreeSet<u64>,
}

impl Identifier {
    /// For a service that counts no attempts.
    pub fn uncounted(owner: Option<UserId>) -> Self {
        Self {
            owner,
            attempts: BTreeSet::new(),
        }
    }
}

/// What counting an attempt led to.
#[derive(Debug)]
pub enum Attempt {
    Counted(Identifier),
    /// There were too many; the next one is possible after so many seconds.
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

    /// Counts an attempt at the password behind a name, and says whose it is: one call, unless the limit is met.
    pub async fn attempt(
        &self,
        name: impl Into<LoginName>,
        limit: RateLimit,
        now: Timestamp,
        entropy: &dyn Entropy,
    ) -> Result<Attempt, StoreError> {
        let key = key(&name.into());
        let mark = mark(now, entropy);
        let mut update = counting(&key, mark, limit, now);
        for _ in 0..ROUNDS {
            let seen = match self.table.update(update).await? {
                Updated::New(item) => return Ok(Attempt::Counted(from_item::<IdentifierRecord>(item)?.into())),
                Updated::Refused(item) => item
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
            // Whoever was first has cleared it, or a success has emptied it: then there is room, and everybody may add at once.
            update = if recent.len() == seen.len() {
                counting(&key, mark, limit, now)
            } else {
                replacing(&key, &seen, recent, mark)
            };
        }
        Err(StoreError::Throttled)
    }
}

/// Adds the mark while there is room. The set is pruned only when it is full, or by a success.
fn counting(key: &Key, mark: u64, limit: RateLimit, now: Timestamp) -> Update {
    base(key)
        .update_expression("ADD attempts :mark SET #ttl = if_not_exists(#ttl, :expiry), #type = :type")
        .condition_expression("attribute_not_exists(attempts) OR size(attempts) < :max")
        .expression_attribute_names("#ttl", TTL)
        .expression_attribute_names("#type", "type")
        .expression_attribute_values(":mark", numbers([mark]))
        .expression_attribute_values(":expiry", ttl(now + UNOWNED_FOR))
        .expression_attribute_values(":type", text(IdentifierRecord::KIND))
        .expression_attribute_values(":max", super::item::number(limit.max))
        .build()
        .expect("key, expression and table are set")
}

/// Drops what is too old to count and adds the mark, if the set is still the one that was seen.
fn replacing(key: &Key, seen: &BTreeSet<u64>, recent: BTreeSet<u64>, mark: u64) -> Update {
    base(key)
        .update_expression("SET attempts = :next")
        .condition_expression("attempts = :seen")
        .expression_attribute_values(":next", numbers(recent.into_iter().chain([mark])))
        .expression_attribute_values(":seen", numbers(seen.iter().copied()))
        .build()
        .expect("key, expression and table are set")
}

fn base(key: &Key) -> aws_sdk_dynamodb::types::builders::UpdateBuilder {
    Update::builder().set_key(Some(key.to_item())).table_name(String::new())
}

impl Changes {
    /// Makes the address the user's, if it is nobody's.
    pub fn claim_email(self, email: &EmailAddress, owner: UserId) -> Self {
        self.claim(&keys::email(email), owner, Conflict::EmailTaken)
    }

    /// Makes the username the user's, if it is nobody's.
    pub fn claim_username(self, username: &Username, owner: UserId) -> Self {
        self.claim(&keys::username(username), owner, Conflict::UsernameTaken)
    }

    /// Makes the telephone number the user's, if it is nobody's.
    pub fn claim_phone(self, phone: &PhoneNumber, owner: UserId) -> Self {
        self.claim(&keys::phone(phone), owner, Conflict::PhoneTaken)
    }

    fn claim(self, key: &Key, owner: UserId, conflict: Conflict) -> Self {
        let update = base(key)
            .update_expression("SET #owner = :owner, #ttl = :never, #type = :type")
            .condition_expression("attribute_not_exists(#owner)")
            .expression_attribute_names("#owner", "owner")
            .expression_attribute_names("#ttl", TTL)
            .expression_attribute_names("#type", "type")
            .expression_attribute_values(":owner", text(owner))
            .expression_attribute_values(":never", text(NEVER))
            .expression_attribute_values(":type", text(IdentifierRecord::KIND))
            .build()
            .expect("key, expression and table are set");
        self.update(update, conflict)
    }

    /// Gives up an address that is the user's.
    pub fn release_email(self, email: &EmailAddress, owner: UserId) -> Self {
        self.release(&keys::email(email), owner)
    }

    /// Gives up a username that is the user's.
    pub fn release_username(self, username: &Username, owner: UserId) -> Self {
        self.release(&keys::username(username), owner)
    }

    /// Gives up a telephone number that is the user's.
    pub fn release_phone(self, phone: &PhoneNumber, owner: UserId) -> Self {
        self.release(&keys::phone(phone), owner)
    }

    fn release(self, key: &Key, owner: UserId) -> Self {
        let delete = Delete::builder()
            .set_key(Some(key.to_item()))
            .condition_expression("#owner = :owner")
            .expression_attribute_names("#owner", "owner")
            .expression_attribute_values(":owner", text(owner))
            .table_name(String::new())
            .build();
        self.delete(delete.expect("key and table are set"), Conflict::UserMoved)
    }

    /// The right password came: attempts up to this one no longer count. Nothing is written while there is only this one.
    pub fn forgive_attempts(self, name: impl Into<LoginName>, identifier: &Identifier) -> Self {
        if identifier.attempts.len() < 2 {
            return self;
        }
        let update = base(&key(&name.into()))
            .update_expression("DELETE attempts :seen")
            .condition_expression("attribute_exists(pk)")
            .expression_attribute_values(":seen", numbers(identifier.attempts.iter().copied()))
            .build()
            .expect("key, expression and table are set");
        self.update(update, Conflict::UserMoved)
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
