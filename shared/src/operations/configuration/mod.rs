//! The settings that administrators of the platform change while the service runs.

pub(in crate::operations) mod current;
pub mod list_settings;
pub mod update_setting;

pub use list_settings::SettingInEffect;
pub use update_setting::{UpdateSetting, UpdateSettingError};
