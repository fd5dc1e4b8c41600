//! Changing one setting.

use jiff::Timestamp;
use serde_json::Value;

use crate::domain::{ConfigurationKey, ConfiguredValue, InvalidField, ValueType};
use crate::operations::configuration::SettingInEffect;
use crate::operations::platform_administrators::AdminCaller;
use crate::operations::prelude::*;
use crate::store::Changes;

#[derive(Debug)]
pub struct UpdateSetting {
    /// The name of the key.
    pub key: String,
    pub value: Value,
    /// The type that the client takes the value for.
    pub value_type: Option<ValueType>,
    /// `None` keeps the description.
    pub description: Option<String>,
}

refusals! {
    pub enum UpdateSettingError {
        UnknownKey: NotFound = "there is no setting of this name",
        Invalid(InvalidField): Invalid = "the setting does not take the value",
    }
}

impl Core {
    /// The change holds in this process at once, and in the others after their next read.
    pub async fn update_setting(
        &self,
        admin: &AdminCaller,
        command: UpdateSetting,
        now: Timestamp,
    ) -> Result<SettingInEffect, UpdateSettingError> {
        let key = ConfigurationKey::parse(&command.key).ok_or(UpdateSettingError::UnknownKey)?;
        if command.value_type.is_some_and(|wanted| wanted != key.value_type()) {
            let reason = format!("must be {}, the type of the setting", key.value_type());
            return Err(UpdateSettingError::Invalid(InvalidField { field: "type", reason }));
        }
        let mut attempts = self.admin_attempts(admin, "change_setting", now);
        loop {
            let seen = self.store.find_configuration().await?;
            let mut configuration = self.settings.configuration.with(&seen);
            configuration.set(key, &command.value).map_err(|invalid| {
                let reason = invalid.to_string();
                UpdateSettingError::Invalid(InvalidField { field: "value", reason })
            })?;
            let former = seen.find(key);
            let next = seen.with(ConfiguredValue {
                key,
                value: configuration.value(key),
                description: command
                    .description
                    .clone()
                    .or_else(|| former.and_then(|former| former.description.clone())),
                created_at: former.map_or(now, |former| former.created_at),
                updated_at: now,
            });
            let changes = Changes::new().update_configuration(&seen, &next);
            if attempts.commit(key, changes).await? {
                self.apply_configuration(&next);
                return Ok(SettingInEffect::of(key, &configuration, &next));
            }
        }
    }
}
