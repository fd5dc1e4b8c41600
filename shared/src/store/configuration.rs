//! The configuration: `CONFIGURATION#service / VALUES`, one item with all values that administrators have set.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::changes::{Changes, Conflict};
use super::condition::at_version;
use super::item::{Json, Record};
use super::write::Write;
use super::{Store, StoreError, keys};
use crate::domain::{ConfigurationKey, ConfiguredValue, StoredConfiguration};

#[derive(Debug, Serialize, Deserialize)]
struct ConfigurationRecord {
    version: u64,
    values: Json<Vec<ValueRecord>>,
}

#[derive(Debug, Serialize, Deserialize)]
struct ValueRecord {
    key: String,
    value: Value,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    created_at: Timestamp,
    updated_at: Timestamp,
}

impl Record for ConfigurationRecord {
    const KIND: &'static str = "configuration";
}

impl Store {
    pub async fn find_configuration(&self) -> Result<StoredConfiguration, StoreError> {
        let found = self
            .table
            .find::<ConfigurationRecord, _>(&keys::configuration())
            .await?;
        Ok(found.unwrap_or_default())
    }
}

impl Changes {
    /// Fails if the configuration was changed since `seen` was read.
    pub fn update_configuration(self, seen: &StoredConfiguration, configuration: &StoredConfiguration) -> Self {
        let write = Write::put(keys::configuration(), &ConfigurationRecord::from(configuration));
        self.with(write.when(at_version(seen.version)), Conflict::RecordMoved)
    }
}

impl From<&StoredConfiguration> for ConfigurationRecord {
    fn from(configuration: &StoredConfiguration) -> Self {
        let values = configuration.values.iter().map(|value| ValueRecord {
            key: value.key.to_string(),
            value: value.value.clone(),
            description: value.description.clone(),
            created_at: value.created_at,
            updated_at: value.updated_at,
        });
        Self {
            version: configuration.version,
            values: Json(values.collect()),
        }
    }
}

/// A key of another release is left out.
impl From<ConfigurationRecord> for StoredConfiguration {
    fn from(record: ConfigurationRecord) -> Self {
        let values = record.values.0.into_iter().filter_map(|value| {
            Some(ConfiguredValue {
                key: ConfigurationKey::parse(&value.key)?,
                value: value.value,
                description: value.description,
                created_at: value.created_at,
                updated_at: value.updated_at,
            })
        });
        Self {
            version: record.version,
            values: values.collect(),
        }
    }
}
