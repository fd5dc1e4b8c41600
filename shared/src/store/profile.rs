//! A user's profile beside the name: a map in the user's item. It contains only values that differ from the defaults,
//! because every session check reads the item.

use serde::{Deserialize, Serialize};

use super::item::Text;
use crate::domain::{Language, PhoneNumber, Profile, TimeZoneName, Title};

#[derive(Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct ProfileRecord {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    phone: Option<Text<PhoneNumber>>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    is_phone_verified: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    preferred_name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    title: Option<Text<Title>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    language: Option<Text<Language>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    time_zone: Option<Text<TimeZoneName>>,
}

impl ProfileRecord {
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

impl From<&Profile> for ProfileRecord {
    fn from(profile: &Profile) -> Self {
        let default = Profile::default();
        Self {
            phone: profile.phone.clone().map(Text),
            is_phone_verified: profile.is_phone_verified,
            preferred_name: profile.preferred_name.clone(),
            title: profile.title.map(Text),
            language: profile.language.map(Text),
            time_zone: (profile.time_zone != default.time_zone).then(|| Text(profile.time_zone.clone())),
        }
    }
}

impl From<ProfileRecord> for Profile {
    fn from(record: ProfileRecord) -> Self {
        let default = Self::default();
        Self {
            phone: record.phone.map(|phone| phone.0),
            is_phone_verified: record.is_phone_verified,
            preferred_name: record.preferred_name,
            title: record.title.map(|title| title.0),
            language: record.language.map(|language| language.0),
            time_zone: record.time_zone.map_or(default.time_zone, |zone| zone.0),
        }
    }
}
