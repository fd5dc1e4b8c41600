//! The directory: an index that lists every user, in a few partitions over which sign-ups spread. Only administrators
//! read it, as a whole. It follows the table with a delay of some milliseconds, so the attributes of a user in a
//! response are read from the table.

use serde::{Deserialize, Serialize};

use super::item::{Address, Millis, Record, Text, from_item};
use super::user::{RolesRecord, StatusRecord};
use super::{Store, StoreError, keys};
use crate::domain::{DirectoryEntry, UserId, UserStatus, Username};

/// The index entry of a user.
#[derive(Debug, Serialize, Deserialize)]
struct EntryRecord {
    id: Text<UserId>,
    email: Address,
    email_verified_at: Option<Millis>,
    username: Option<Text<Username>>,
    display_username: Option<String>,
    name: String,
    image: Option<String>,
    status: StatusRecord,
    roles: RolesRecord,
    two_factor_enabled: bool,
    created_at: Millis,
    updated_at: Millis,
}

impl Record for EntryRecord {
    const KIND: &'static str = "directory entry";
}

impl Store {
    /// Every user, in no order. The read costs half a read unit for each 4 kB of entries, which are some 300 bytes
    /// each.
    pub async fn list_directory(&self) -> Result<Vec<DirectoryEntry>, StoreError> {
        let mut entries = Vec::new();
        for shard in 0..keys::DIRECTORY_SHARDS {
            let partition = keys::directory_shard(shard);
            for item in self.table.query_index(keys::DIRECTORY, &partition).await? {
                entries.push(from_item::<EntryRecord>(item)?.into());
            }
        }
        Ok(entries)
    }
}

impl Store {
    /// The ids of all users, in no order.
    pub async fn list_user_ids(&self) -> Result<Vec<UserId>, StoreError> {
        let mut ids = Vec::new();
        for shard in 0..keys::DIRECTORY_SHARDS {
            let partition = keys::directory_shard(shard);
            for item in self.table.query_index(keys::DIRECTORY, &partition).await? {
                ids.push(from_item::<EntryRecord>(item)?.id.0);
            }
        }
        Ok(ids)
    }
}

impl From<EntryRecord> for DirectoryEntry {
    fn from(record: EntryRecord) -> Self {
        let role_order = record.roles.order();
        let (roles, custom_roles) = record.roles.split();
        Self {
            id: record.id.0,
            email: record.email.0,
            is_email_verified: record.email_verified_at.is_some(),
            username: record.username.map(|username| username.0),
            display_username: record.display_username,
            name: record.name,
            image: record.image,
            status: UserStatus::from(record.status),
            roles,
            custom_roles,
            role_order,
            two_factor_enabled: record.two_factor_enabled,
            created_at: record.created_at.0,
            updated_at: record.updated_at.0,
        }
    }
}
