//! Events that wait to be published: `EVENT#owner / id`. They are written in the commit that makes them true; the
//! table's stream triggers the function that publishes them, which deletes the item afterwards.
//!
//! One item has all events of a commit with the same owner. So they stay in their order, and a commit with many facts
//! has room for its other writes.

use std::collections::HashMap;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::item::{Millis, Record, Text, from_item};
use super::keys::{self, Key};
use super::write::Write;
use super::{CorruptItem, Store, StoreError};
use crate::domain::audit::AuditRecord;
use crate::domain::event::{Event, EventKey, PendingEvents};

/// Lambda gives up after hours, and an operator has the rest of the time to publish what was left. Later, the table
/// deletes it.
const KEPT_FOR: SignedDuration = SignedDuration::from_hours(30 * 24);

#[derive(Debug, Serialize, Deserialize)]
struct EventsRecord {
    committed_at: Millis,
    /// The records of the audit trail.
    records: Vec<Text<Event>>,
}

impl Record for EventsRecord {
    const KIND: &'static str = "events";

    fn expires_at(&self) -> Option<Timestamp> {
        Some(self.committed_at.0 + KEPT_FOR)
    }
}

/// The items of the records that are events, at most `room`: where there are more owners, the last item has the events
/// of several. No operation comes near to that limit, so that order is not lost in practice, and no commit for it.
pub(super) fn writes_of(records: &[AuditRecord], room: usize) -> Vec<Write> {
    let mut items: Vec<(EventKey, EventsRecord)> = Vec::new();
    for record in records.iter().filter(|record| record.fact.is_event()) {
        let event = Text(Event::from(record));
        let owner = record.fact.owner();
        let same = items.iter().position(|(key, _)| key.owner == owner);
        let last = items.len().checked_sub(1).filter(|_| items.len() >= room);
        if let Some((_, item)) = same.or(last).and_then(|at| items.get_mut(at)) {
            item.records.push(event);
            continue;
        }
        let item = EventsRecord {
            committed_at: Millis(record.at),
            records: vec![event],
        };
        items.push((EventKey { owner, id: record.id }, item));
    }
    // The id is new, so the write needs no condition.
    let items = items.into_iter();
    items.map(|(key, item)| Write::put(keys::event(&key), &item)).collect()
}

impl Store {
    /// The events that still wait, in the order of the keys. One that does not parse does not prevent the others.
    pub async fn find_events(
        &self,
        events: &[EventKey],
    ) -> Result<Vec<Result<Option<PendingEvents>, CorruptItem>>, StoreError> {
        let keys: Vec<Key> = events.iter().map(keys::event).collect();
        let items = self.table.get_many(&keys).await?.into_iter().zip(events);
        let parse = |(item, key): (Option<_>, &EventKey)| {
            let record = item.map(from_item::<EventsRecord>).transpose()?;
            Ok(record.map(|record| PendingEvents {
                key: key.clone(),
                events: record.records.into_iter().map(|Text(event)| event).collect(),
            }))
        };
        Ok(items.map(parse).collect())
    }

    /// Deletes the events, whether or not they still wait.
    pub async fn delete_events(&self, key: &EventKey) -> Result<(), StoreError> {
        self.table.write(Write::delete(keys::event(key))).await.map(drop)
    }

    /// All events that wait, in the order of their owners, and of each owner in the order of time. This reads the whole
    /// table, and only the operator does it: an index would cost every event two writes more.
    pub async fn list_waiting_events(&self) -> Result<Vec<EventKey>, StoreError> {
        let found = self.table.scan_keys(keys::EVENT_PREFIX).await?.into_iter();
        let found = found.filter_map(|key| keys::event_of_key(&key.partition, &key.sort));
        let mut found: Vec<_> = found.collect();
        found.sort_unstable();
        Ok(found)
    }
}

/// The events of a record in the table's stream, from the keys of its item.
pub fn event_key_of_stream_key<S: std::hash::BuildHasher>(keys: &HashMap<String, String, S>) -> Option<EventKey> {
    keys::event_of_key(keys.get(keys::PARTITION)?, keys.get(keys::SORT)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit;
    use crate::domain::audit::Fact;
    use crate::domain::{OrganizationId, UserId};
    use crate::entropy::OsEntropy;

    const NOW: Timestamp = Timestamp::UNIX_EPOCH;

    /// How many of the items of these records are of each owner, in a commit with so much room.
    fn owners(facts: Vec<Fact>, room: usize) -> Vec<String> {
        let writes = writes_of(&audit::records_of(facts), room).into_iter();
        writes.map(|write| write.key.partition).collect()
    }

    #[test]
    fn a_commit_has_one_item_for_each_owner_as_far_as_there_is_room() {
        let users: Vec<_> = (0..3).map(|_| UserId::generate(NOW, &OsEntropy)).collect();
        let organization = OrganizationId::generate(NOW, &OsEntropy);
        let facts = || {
            let removed = users.iter().map(|user| Fact::MemberRemoved {
                user: *user,
                organization,
            });
            let deleted = users.iter().map(|user| Fact::UserDeleted { user: *user });
            removed.chain(deleted).collect::<Vec<_>>()
        };
        let expected: Vec<_> = users.iter().map(|user| format!("EVENT#{user}")).collect();
        assert_eq!(owners(facts(), 100), expected);
        assert_eq!(owners(facts(), 2), expected[..2]);
        let refused = Fact::PasswordProofFailed { user: users[0] };
        assert_eq!(owners(vec![refused], 100), [""; 0]);
    }
}
