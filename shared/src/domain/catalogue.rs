//! Catalogues: lists of records that administrators manage, such as policy rules. All kinds of records share storage,
//! unique names, limits, optimistic locking and audit records; a kind is a type that implements [`Catalogued`].

use jiff::Timestamp;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::ids::{AdminId, OrganizationId, RecordId};

/// The content of one kind of record. It is stored as JSON, so a field that is added needs a default.
pub trait Catalogued: Serialize + DeserializeOwned + Clone + Send + Sync + 'static {
    /// The name of the kind in storage and in audit records.
    const KIND: &'static str;
    /// What administrators call a record of the kind.
    const TITLE: &'static str;
    /// The highest number of records in a catalogue. A list reads them all, so this bounds its cost.
    const LIMIT: u32;
    /// Whether the item of a record's name holds the record, too, so that one call reads it by name.
    const IS_READ_BY_NAME: bool = false;

    /// The name that no other record of the catalogue has; `None` if records of the kind need none.
    fn unique_name(&self) -> Option<String>;

    /// The fields that break a rule which no field shows by itself.
    fn invalid_fields(&self) -> Vec<InvalidField> {
        Vec::new()
    }

    /// The fields that a change of the record as `_seen` must not leave as they are, or must not have.
    fn invalid_changes(&self, _seen: &Self) -> Vec<InvalidField> {
        Vec::new()
    }

    /// The records with which the catalogue of the service begins.
    fn built_in() -> Vec<Self> {
        Vec::new()
    }

    /// Notes which administrator of the platform creates or changes the record, if the kind shows it.
    fn kept_by(&mut self, _administrator: AdminId) {}
}

/// A field that a record must not have, in the words of the contract's document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidField {
    pub field: &'static str,
    pub reason: String,
}

/// A record of a catalogue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry<T> {
    pub id: RecordId,
    /// The organization whose catalogue has the record; `None` for the catalogue of the service.
    pub organization: Option<OrganizationId>,
    pub value: T,
    /// The optimistic lock. It starts at 1.
    pub version: u64,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// The state of one catalogue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CatalogueState {
    pub organization: Option<OrganizationId>,
    pub count: u32,
    /// It increases with every change of the catalogue.
    pub version: u64,
}

impl<T: Catalogued> Entry<T> {
    pub fn new(id: RecordId, organization: Option<OrganizationId>, value: T, now: Timestamp) -> Self {
        Self {
            id,
            organization,
            value,
            version: 1,
            created_at: now,
            updated_at: now,
        }
    }

    /// The record with another content, as the next version.
    #[must_use]
    pub fn with(&self, value: T, now: Timestamp) -> Self {
        Self {
            value,
            version: self.version + 1,
            updated_at: now,
            ..self.clone()
        }
    }
}
