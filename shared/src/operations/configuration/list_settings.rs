//! Listing the settings that administrators may change, with the values in effect.

use jiff::Timestamp;
use serde_json::Value;

use crate::domain::{Configuration, ConfigurationKey, StoredConfiguration};
use crate::operations::platform_administrators::AdminCaller;
use crate::operations::prelude::*;

/// A setting and its value. The times are those of the first and the last change by an administrator.
#[derive(Debug, Clone, PartialEq)]
pub struct SettingInEffect {
    pub key: ConfigurationKey,
    pub value: Value,
    pub description: String,
    pub created_at: Option<Timestamp>,
    pub updated_at: Option<Timestamp>,
}

impl Core {
    pub async fn list_settings(&self, _: &AdminCaller) -> Result<Vec<SettingInEffect>, Interruption> {
        let stored = self.store.find_configuration().await?;
        let configuration = self.settings.configuration.with(&stored);
        let keys = ConfigurationKey::ALL.into_iter();
        Ok(keys
            .map(|key| SettingInEffect::of(key, &configuration, &stored))
            .collect())
    }
}

impl SettingInEffect {
    pub(super) fn of(key: ConfigurationKey, configuration: &Configuration, stored: &StoredConfiguration) -> Self {
        let changed = stored.find(key);
        let description = changed.and_then(|changed| changed.description.clone());
        Self {
            key,
            value: configuration.value(key),
            description: description.unwrap_or_else(|| key.description().to_owned()),
            created_at: changed.map(|changed| changed.created_at),
            updated_at: changed.map(|changed| changed.updated_at),
        }
    }
}
