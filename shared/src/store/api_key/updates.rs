//! The updates that a key undergoes, each a single conditional write: a use, and a change by its owner. They touch
//! different attributes, so neither undoes the other. And the one of the edition of a user's keys.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::{AttributeValue, Delete, Update};
use jiff::{SignedDuration, Timestamp};

use super::super::item::{Record, number, text, ttl};
use super::super::keys::{self, TTL};
use super::EditionRecord;
use crate::domain::api_key::{ApiKey, KeyChange, QuotaStep, Spending, WindowStep};
use crate::domain::{ApiKeyId, Patch, UserId};

/// One use, as it was decided upon: if no change came between, and what it takes is still there.
pub(super) fn spending(key: &ApiKey, step: &Spending, now: Timestamp) -> Update {
    let mut draft = Draft::default();
    draft.expect("version", Some(number(key.version)));
    draft.set("last_request", millis(now));
    draft.set("updated_at", millis(now));
    match step.quota {
        QuotaStep::Unlimited => draft.expect("remaining", None),
        QuotaStep::Take => {
            draft.add("remaining", -1);
            draft.compare("remaining", ">", number(0));
        }
        QuotaStep::Refill { left, seen } => {
            draft.set("remaining", number(left));
            draft.set("last_refill_at", millis(now));
            draft.expect("last_refill_at", seen.map(millis));
        }
    }
    match step.window {
        WindowStep::Uncounted => {}
        WindowStep::Start { seen } => {
            draft.set("request_count", number(1));
            draft.set("window_started_at", millis(now));
            draft.expect("window_started_at", seen.map(millis));
        }
        WindowStep::Count { started_at, max } => {
            draft.add("request_count", 1);
            draft.compare("request_count", "<", number(max));
            draft.expect("window_started_at", Some(millis(started_at)));
        }
    }
    draft.finish(key.user_id, key.id)
}

/// What the owner changes. An expired key is as good as gone.
pub(super) fn changing(user: UserId, id: ApiKeyId, change: &KeyChange, now: Timestamp) -> Update {
    let mut draft = Draft::default();
    draft.set("updated_at", millis(now));
    draft.add("version", 1);
    if let Some(name) = &change.name {
        draft.set("name", text(name));
    }
    if let Some(enabled) = change.enabled {
        draft.set("enabled", AttributeValue::Bool(enabled));
    }
    match change.expires_at {
        Patch::Keep => {}
        Patch::Clear => {
            draft.remove("expires_at");
            draft.remove(TTL);
        }
        Patch::Set(expiry) => {
            draft.set("expires_at", millis(expiry));
            draft.set(TTL, ttl(expiry));
        }
    }
    match &change.metadata {
        Patch::Keep => {}
        Patch::Clear => draft.remove("metadata"),
        Patch::Set(object) => draft.set("metadata", text(object)),
    }
    draft.name("expires_at");
    draft.value(":now", millis(now));
    draft.condition("attribute_exists(pk)");
    draft.condition("(attribute_not_exists(#expires_at) OR #expires_at > :now)");
    draft.finish(user, id)
}

fn millis(time: Timestamp) -> AttributeValue {
    number(time.as_millisecond())
}

/// An update that is being put together. Attributes go by `#attribute`: many of their names are reserved words.
#[derive(Debug, Default)]
struct Draft {
    set: Vec<String>,
    remove: Vec<String>,
    conditions: Vec<String>,
    names: HashMap<String, String>,
    values: HashMap<String, AttributeValue>,
}

impl Draft {
    fn set(&mut self, attribute: &str, value: AttributeValue) {
        self.name(attribute);
        self.value(&format!(":{attribute}"), value);
        self.set.push(format!("#{attribute} = :{attribute}"));
    }

    fn add(&mut self, attribute: &str, amount: i32) {
        self.name(attribute);
        self.value(&format!(":{attribute}"), number(amount));
        self.set.push(format!("#{attribute} = #{attribute} + :{attribute}"));
    }

    fn remove(&mut self, attribute: &str) {
        self.name(attribute);
        self.remove.push(format!("#{attribute}"));
    }

    /// The attribute must be as it was seen.
    fn expect(&mut self, attribute: &str, seen: Option<AttributeValue>) {
        if let Some(value) = seen {
            self.compare(attribute, "=", value);
        } else {
            self.name(attribute);
            self.condition(&format!("attribute_not_exists(#{attribute})"));
        }
    }

    fn compare(&mut self, attribute: &str, operator: &str, with: AttributeValue) {
        self.name(attribute);
        self.value(&format!(":seen_{attribute}"), with);
        self.condition(&format!("#{attribute} {operator} :seen_{attribute}"));
    }

    fn condition(&mut self, condition: &str) {
        self.conditions.push(condition.to_owned());
    }

    fn name(&mut self, attribute: &str) {
        self.names.insert(format!("#{attribute}"), attribute.to_owned());
    }

    fn value(&mut self, name: &str, value: AttributeValue) {
        self.values.insert(name.to_owned(), value);
    }

    fn finish(self, user: UserId, id: ApiKeyId) -> Update {
        let mut expression = format!("SET {}", self.set.join(", "));
        if !self.remove.is_empty() {
            expression = format!("{expression} REMOVE {}", self.remove.join(", "));
        }
        Update::builder()
            .set_key(Some(keys::api_key(user, id).to_item()))
            .update_expression(expression)
            .condition_expression(self.conditions.join(" AND "))
            .set_expression_attribute_names(Some(self.names))
            .set_expression_attribute_values(Some(self.values))
            .table_name(String::new())
            .build()
            .expect("key, expression and table are set")
    }
}

const EDITION_KEPT_FOR: SignedDuration = SignedDuration::from_hours(24);

/// The edition of a user's keys goes up by one with each key that is added. With `room` for more keys in the list as it
/// was read, it may have gone up by fewer than that since: requests at the same time do not conflict until the limit is
/// near. It is forgotten after a day.
pub(super) fn raising(user: UserId, seen: u64, room: u64, now: Timestamp) -> Update {
    let update = Update::builder()
        .set_key(Some(keys::api_keys_edition(user).to_item()))
        .update_expression("ADD edition :one SET #ttl = :ttl, #type = :type")
        .expression_attribute_names("#ttl", TTL)
        .expression_attribute_names("#type", "type")
        .expression_attribute_values(":one", number(1))
        .expression_attribute_values(":full", number(seen + room))
        .expression_attribute_values(":ttl", ttl(now + EDITION_KEPT_FOR))
        .expression_attribute_values(":type", text(EditionRecord::KIND))
        .table_name(String::new());
    let update = match seen {
        0 => update.condition_expression("attribute_not_exists(edition) OR edition < :full"),
        _ => update
            .condition_expression("edition >= :seen AND edition < :full")
            .expression_attribute_values(":seen", number(seen)),
    };
    update.build().expect("key, expression and table are set")
}

/// The next key begins a new edition. A request that has read the former one is refused.
pub(super) fn dropping(user: UserId, seen: u64) -> Delete {
    let delete = Delete::builder()
        .set_key(Some(keys::api_keys_edition(user).to_item()))
        .table_name(String::new());
    let delete = match seen {
        0 => delete.condition_expression("attribute_not_exists(edition)"),
        _ => delete
            .condition_expression("edition = :seen")
            .expression_attribute_values(":seen", number(seen)),
    };
    delete.build().expect("key and table are set")
}
