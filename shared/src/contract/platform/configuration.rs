//! The settings that administrators change while the service runs, in the `platform` contract.

use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;

use crate::contract::fields::parsers::{optional, optional_text};
use crate::contract::fields::{Fields, Read, request};
use crate::contract::time::time;
use crate::domain::ValueType;
use crate::operations::{SettingInEffect, UpdateSetting};

/// Longest description, in characters.
const DESCRIPTION: usize = 500;

request! {
    pub struct UpdateSystemConfig {
        value_type: Option<ValueType> = optional("type", value_type),
        value: Value = value("value"),
        description: Option<String> = optional_text("description", 0, DESCRIPTION),
    }
}

impl UpdateSystemConfig {
    pub fn of(self, key: String) -> UpdateSetting {
        UpdateSetting {
            key,
            value: self.value,
            value_type: self.value_type,
            description: self.description,
        }
    }
}

fn value_type(fields: &mut Fields<'_>, field: &str) -> Read<ValueType> {
    let value_type = ValueType::parse(fields.string(field)?);
    value_type.or_else(|| fields.not_a(field, "type: STRING, INTEGER, NUMBER, BOOLEAN or JSON"))
}

/// Any value; the setting decides which it takes.
fn value(fields: &mut Fields<'_>, field: &str) -> Read<Value> {
    match fields.value(field) {
        Some(value) => Some(value.clone()),
        None => fields.not_a(field, "value"),
    }
}

#[derive(Debug, Serialize)]
pub struct SystemConfigResponse {
    /// There is one record of each key.
    id: &'static str,
    key: &'static str,
    #[serde(rename = "type")]
    value_type: &'static str,
    value: Value,
    description: String,
    #[serde(serialize_with = "time")]
    created_at: Timestamp,
    #[serde(serialize_with = "time")]
    updated_at: Timestamp,
}

/// A setting that no administrator has changed has no time of its own, and the document requires one.
impl From<SettingInEffect> for SystemConfigResponse {
    fn from(setting: SettingInEffect) -> Self {
        Self {
            id: setting.key.as_str(),
            key: setting.key.as_str(),
            value_type: setting.key.value_type().as_str(),
            value: setting.value,
            description: setting.description,
            created_at: setting.created_at.unwrap_or(Timestamp::UNIX_EPOCH),
            updated_at: setting.updated_at.unwrap_or(Timestamp::UNIX_EPOCH),
        }
    }
}
