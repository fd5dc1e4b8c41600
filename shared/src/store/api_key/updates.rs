//! The updates of an API key, each a single conditional write: a use, and a change by its owner. They write different
//! attributes, so neither undoes the other. The update of the edition of a user's keys is here, too.

use aws_sdk_dynamodb::types::AttributeValue;
use jiff::{SignedDuration, Timestamp};

use super::super::condition::{above, absent, at_least, below, exists, is, unchanged};
use super::super::item::{millis, number, text};
use super::super::keys::{self, TTL};
use super::super::write::Write;
use super::EditionRecord;
use crate::domain::api_key::{ApiKey, KeyChange, QuotaStep, Spending, WindowStep};
use crate::domain::{ApiKeyId, Patch, UserId};

/// One use as it was decided. The write fails if the key was changed since, or if another use took what this one takes.
pub(super) fn spending(key: &ApiKey, step: &Spending, now: Timestamp) -> Write {
    let write = Write::update(keys::api_key(key.user_id, key.id))
        .set("last_request", millis(now))
        .set("updated_at", millis(now))
        .when(is("version", number(key.version)));
    let write = match step.quota {
        QuotaStep::Unlimited => write.when(absent("remaining")),
        QuotaStep::Take => write.add("remaining", -1).when(above("remaining", number(0))),
        QuotaStep::Refill { left, seen } => write
            .set("remaining", number(left))
            .set("last_refill_at", millis(now))
            .when(unchanged("last_refill_at", seen.map(millis))),
    };
    match step.window {
        WindowStep::Uncounted => write,
        WindowStep::Start { seen } => write
            .set("request_count", number(1))
            .set("window_started_at", millis(now))
            .when(unchanged("window_started_at", seen.map(millis))),
        WindowStep::Count { started_at, max } => write
            .add("request_count", 1)
            .when(below("request_count", number(max)))
            .when(is("window_started_at", millis(started_at))),
    }
}

/// The owner's change. An expired key counts as deleted.
pub(super) fn changing(user: UserId, id: ApiKeyId, change: &KeyChange, now: Timestamp) -> Write {
    let mut write = Write::update(keys::api_key(user, id))
        .set("updated_at", millis(now))
        .set("trust_generation", number(change.trust_generation))
        .add("version", 1)
        .when(exists())
        .when(absent("expires_at").or(above("expires_at", millis(now))));
    if let Some(name) = &change.name {
        write = write.set("name", text(name));
    }
    if let Some(enabled) = change.enabled {
        write = write.set("enabled", AttributeValue::Bool(enabled));
    }
    write = match change.expires_at {
        Patch::Keep => write,
        Patch::Clear => write.remove("expires_at").remove(TTL),
        Patch::Set(expiry) => write.set("expires_at", millis(expiry)).expire(expiry),
    };
    match &change.metadata {
        Patch::Keep => write,
        Patch::Clear => write.remove("metadata"),
        Patch::Set(object) => write.set("metadata", text(object)),
    }
}

const EDITION_KEPT_FOR: SignedDuration = SignedDuration::from_hours(24);

/// Each key that is added increments the edition of the user's keys. If the list as read had room for `room` more keys,
/// the edition may have grown by fewer than that since: concurrent requests do not conflict until the limit is near.
/// The edition expires after a day.
pub(super) fn raising(user: UserId, seen: u64, room: u64, now: Timestamp) -> Write {
    let below_limit = below("edition", number(seen + room));
    Write::update(keys::api_keys_edition(user))
        .add("edition", 1)
        .expire(now + EDITION_KEPT_FOR)
        .kind::<EditionRecord>()
        .when(match seen {
            0 => absent("edition").or(below_limit),
            _ => at_least("edition", number(seen)).and(below_limit),
        })
}

/// The next key begins a new edition. A request that has read the previous one is rejected.
pub(super) fn dropping(user: UserId, seen: u64) -> Write {
    let seen = (seen != 0).then(|| number(seen));
    Write::delete(keys::api_keys_edition(user)).when(unchanged("edition", seen))
}
