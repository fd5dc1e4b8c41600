//! Catalogues: `CATALOGUE#kind / RECORD#[organization#]id`, the records; `NAME#[organization#]name`, which makes a name
//! unique, and holds its record where records are read by name; and `STATE#[organization#]`, which counts the records
//! and the changes of one catalogue.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::changes::{Changes, Conflict};
use super::condition::{absent, below, is, missing};
use super::item::{Json, Millis, Record, Text, from_item, number, parse, text};
use super::keys::{self, Key};
use super::write::Write;
use super::{Store, StoreError};
use crate::domain::{CatalogueState, Catalogued, Entry, OrganizationId, RecordId};

#[derive(Debug, Serialize, Deserialize)]
#[serde(bound(serialize = "T: Serialize", deserialize = "T: DeserializeOwned"))]
struct EntryRecord<T> {
    id: Text<RecordId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    organization_id: Option<Text<OrganizationId>>,
    value: Json<T>,
    version: u64,
    created_at: Millis,
    updated_at: Millis,
}

#[derive(Debug, Serialize, Deserialize)]
struct NameRecord {
    id: Text<RecordId>,
}

#[derive(Debug, Serialize, Deserialize)]
struct StateRecord {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    organization_id: Option<Text<OrganizationId>>,
    count: u32,
    version: u64,
}

impl<T: Catalogued> Record for EntryRecord<T> {
    const KIND: &'static str = T::KIND;
}

impl Record for NameRecord {
    const KIND: &'static str = "record_name";
}

impl Record for StateRecord {
    const KIND: &'static str = "catalogue";
}

impl Store {
    pub async fn find_entry<T: Catalogued>(
        &self,
        organization: Option<OrganizationId>,
        id: RecordId,
    ) -> Result<Option<Entry<T>>, StoreError> {
        let key = keys::record(T::KIND, organization, id);
        self.table.find::<EntryRecord<T>, _>(&key).await
    }

    /// All records of one catalogue, oldest first: ids begin with a time.
    pub async fn list_entries<T: Catalogued>(
        &self,
        organization: Option<OrganizationId>,
    ) -> Result<Vec<Entry<T>>, StoreError> {
        self.table
            .list::<EntryRecord<T>, _>(&keys::catalogue(T::KIND), &keys::records_of(organization))
            .await
    }

    /// The first `count` records of the catalogues of all organizations, one catalogue after the other.
    pub async fn list_entries_of_all<T: Catalogued>(&self, count: usize) -> Result<Vec<Entry<T>>, StoreError> {
        let partition = keys::catalogue(T::KIND);
        let items = self.table.query_some(&partition, keys::RECORD_PREFIX, count).await?;
        let items = items.into_iter();
        items
            .map(|item| Ok(from_item::<EntryRecord<T>>(item)?.into()))
            .collect()
    }

    /// Whether a record of the catalogue has the name.
    pub async fn find_entry_name<T: Catalogued>(
        &self,
        organization: Option<OrganizationId>,
        name: &str,
    ) -> Result<Option<RecordId>, StoreError> {
        let item = self.table.get(&keys::record_name(T::KIND, organization, name)).await?;
        let record = parse::<NameRecord, NameRecord>(item)?;
        Ok(record.map(|record| record.id.0))
    }

    /// The record of the service's catalogue with the name, by one call.
    pub async fn find_entry_by_name<T: Catalogued>(&self, name: &str) -> Result<Option<Entry<T>>, StoreError> {
        debug_assert!(T::IS_READ_BY_NAME, "names of this kind hold no records");
        let key = keys::record_name(T::KIND, None, name);
        self.table.find::<EntryRecord<T>, _>(&key).await
    }

    /// The records of the service's catalogue with these names, in their order, by one call.
    pub async fn find_entries_by_name<T: Catalogued>(
        &self,
        names: &[String],
    ) -> Result<Vec<Option<Entry<T>>>, StoreError> {
        debug_assert!(T::IS_READ_BY_NAME, "names of this kind hold no records");
        let keys: Vec<_> = names
            .iter()
            .map(|name| keys::record_name(T::KIND, None, name))
            .collect();
        let items = self.table.get_many(&keys).await?.into_iter();
        items.map(|item| Ok(parse::<EntryRecord<T>, _>(item)?)).collect()
    }

    /// `None`: the catalogue never had a record.
    pub async fn find_catalogue<T: Catalogued>(
        &self,
        organization: Option<OrganizationId>,
    ) -> Result<Option<CatalogueState>, StoreError> {
        let key = keys::catalogue_state(T::KIND, organization);
        self.table.find::<StateRecord, _>(&key).await
    }

    /// The catalogues of all organizations that ever had a record.
    pub async fn list_catalogues<T: Catalogued>(&self) -> Result<Vec<CatalogueState>, StoreError> {
        self.table
            .list::<StateRecord, _>(&keys::catalogue(T::KIND), keys::CATALOGUE_STATE_PREFIX)
            .await
    }
}

impl Changes {
    /// Fails if another record has the name, or the catalogue is full.
    pub fn create_entry<T: Catalogued>(self, entry: &Entry<T>) -> Self {
        let write = Write::create(
            keys::record(T::KIND, entry.organization, entry.id),
            &EntryRecord::from(entry.clone()),
        );
        let name = entry.value.unique_name();
        let room = absent("count").or(below("count", number(T::LIMIT)));
        let count = count_change::<T>(entry.organization, 1).when(room);
        self.claim_entry_name(entry, name)
            .with(write, Conflict::IdTaken)
            .with(count, Conflict::CatalogueFull)
    }

    /// The first records of a catalogue. Fails if it ever had a record.
    pub fn begin_catalogue<T: Catalogued>(self, entries: &[Entry<T>]) -> Self {
        let count = i64::try_from(entries.len()).unwrap_or(i64::MAX);
        let count = count_change::<T>(None, count).when(missing());
        let changes = self.with(count, Conflict::RecordMoved);
        entries.iter().fold(changes, |changes, entry| {
            let write = Write::create(keys::record(T::KIND, None, entry.id), &EntryRecord::from(entry.clone()));
            changes
                .claim_entry_name(entry, entry.value.unique_name())
                .with(write, Conflict::IdTaken)
        })
    }

    /// Fails if the record was changed or deleted since `seen` was read, or another one has the new name.
    pub fn update_entry<T: Catalogued>(self, seen: &Entry<T>, entry: &Entry<T>) -> Self {
        let write = Write::put(
            keys::record(T::KIND, entry.organization, entry.id),
            &EntryRecord::from(entry.clone()),
        );
        let write = write.when(is("version", number(seen.version)));
        let (old, new) = (seen.value.unique_name(), entry.value.unique_name());
        let changes = if old == new {
            self.update_entry_name(entry, new)
        } else {
            self.claim_entry_name(entry, new).release_entry_name(seen, old)
        };
        changes
            .with(write, Conflict::RecordMoved)
            .with(count_change::<T>(entry.organization, 0), Conflict::RecordMoved)
    }

    pub fn delete_entry<T: Catalogued>(self, seen: &Entry<T>) -> Self {
        let write = Write::delete(keys::record(T::KIND, seen.organization, seen.id));
        let write = write.when(is("version", number(seen.version)));
        let name = seen.value.unique_name();
        self.release_entry_name(seen, name)
            .with(write, Conflict::RecordMoved)
            .with(count_change::<T>(seen.organization, -1), Conflict::RecordMoved)
    }

    /// A record that is deleted with its organization.
    pub fn forget_entry<T: Catalogued>(self, entry: &Entry<T>) -> Self {
        let write = Write::delete(keys::record(T::KIND, entry.organization, entry.id));
        self.with(write, Conflict::RecordMoved)
    }

    /// The state of a catalogue without records, when its organization is deleted.
    pub fn forget_catalogue<T: Catalogued>(self, organization: OrganizationId) -> Self {
        let write = Write::delete(keys::catalogue_state(T::KIND, Some(organization)));
        self.with(write, Conflict::RecordMoved)
    }

    fn claim_entry_name<T: Catalogued>(self, entry: &Entry<T>, name: Option<String>) -> Self {
        let Some(name) = name else { return self };
        let key = keys::record_name(T::KIND, entry.organization, &name);
        self.with(put_name(key, entry).when(missing()), Conflict::RecordNameTaken)
    }

    /// A name that holds its record follows each change of it.
    fn update_entry_name<T: Catalogued>(self, entry: &Entry<T>, name: Option<String>) -> Self {
        match name {
            Some(name) if T::IS_READ_BY_NAME => {
                let key = keys::record_name(T::KIND, entry.organization, &name);
                self.with(put_name(key, entry).when_exists(), Conflict::RecordMoved)
            }
            _ => self,
        }
    }

    fn release_entry_name<T: Catalogued>(self, entry: &Entry<T>, name: Option<String>) -> Self {
        let Some(name) = name else { return self };
        let key = keys::record_name(T::KIND, entry.organization, &name);
        self.with(Write::delete(key).when_exists(), Conflict::RecordMoved)
    }
}

fn put_name<T: Catalogued>(key: Key, entry: &Entry<T>) -> Write {
    let write = if T::IS_READ_BY_NAME {
        Write::put(key, &EntryRecord::from(entry.clone()))
    } else {
        Write::put(key, &NameRecord { id: Text(entry.id) })
    };
    write.kind::<NameRecord>()
}

fn count_change<T: Catalogued>(organization: Option<OrganizationId>, change: i64) -> Write {
    let write = Write::update(keys::catalogue_state(T::KIND, organization))
        .kind::<StateRecord>()
        .add("count", change)
        .add("version", 1);
    match organization {
        Some(organization) => write.set("organization_id", text(organization)),
        None => write,
    }
}

impl<T> From<Entry<T>> for EntryRecord<T> {
    fn from(entry: Entry<T>) -> Self {
        Self {
            id: Text(entry.id),
            organization_id: entry.organization.map(Text),
            value: Json(entry.value),
            version: entry.version,
            created_at: Millis(entry.created_at),
            updated_at: Millis(entry.updated_at),
        }
    }
}

impl<T> From<EntryRecord<T>> for Entry<T> {
    fn from(record: EntryRecord<T>) -> Self {
        Self {
            id: record.id.0,
            organization: record.organization_id.map(|id| id.0),
            value: record.value.0,
            version: record.version,
            created_at: record.created_at.0,
            updated_at: record.updated_at.0,
        }
    }
}

impl From<StateRecord> for CatalogueState {
    fn from(record: StateRecord) -> Self {
        Self {
            organization: record.organization_id.map(|id| id.0),
            count: record.count,
            version: record.version,
        }
    }
}
