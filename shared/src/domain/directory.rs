//! The list of all users, which administrators search, filter, sort and page through. Conditions compare the values
//! that the list shows, and ignore letter case.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::admin_roles;
use super::email::EmailAddress;
use super::ids::UserId;
use super::listing::{Condition, ListField, Listed, Listing, Operator, Value};
use super::statements::RoleName;
use super::text::text_enum;
use super::user::{PlatformRole, UserStatus};
use super::username::Username;

/// A user in the list, with a subset of the user's fields.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DirectoryEntry {
    pub id: UserId,
    pub email: EmailAddress,
    pub is_email_verified: bool,
    pub username: Option<Username>,
    pub display_username: Option<String>,
    pub name: String,
    pub image: Option<String>,
    pub status: UserStatus,
    pub roles: BTreeSet<PlatformRole>,
    pub custom_roles: BTreeSet<RoleName>,
    pub role_order: Vec<RoleName>,
    pub two_factor_enabled: bool,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UserField {
    Id,
    Email,
    EmailVerified,
    Username,
    DisplayUsername,
    Name,
    Image,
    Role,
    Banned,
    BanReason,
    BanExpires,
    TwoFactorEnabled,
    CreatedAt,
    UpdatedAt,
}

text_enum!(UserField {
    Id => "id",
    Email => "email",
    EmailVerified => "emailVerified",
    Username => "username",
    DisplayUsername => "displayUsername",
    Name => "name",
    Image => "image",
    Role => "role",
    Banned => "banned",
    BanReason => "banReason",
    BanExpires => "banExpires",
    TwoFactorEnabled => "twoFactorEnabled",
    CreatedAt => "createdAt",
    UpdatedAt => "updatedAt",
});

impl ListField for UserField {
    type Record = DirectoryEntry;

    fn of(self, entry: &DirectoryEntry) -> Value {
        let text = |text: &str| Value::Text(text.to_lowercase());
        let optional = |value: Option<&str>| value.map_or(Value::Absent, text);
        let (is_banned, reason, until) = match &entry.status {
            UserStatus::Banned { reason, until, .. } => (true, Some(reason.as_str()), *until),
            _ => (false, None, None),
        };
        match self {
            Self::Id => Value::Text(entry.id.to_string()),
            Self::Email => text(entry.email.as_str()),
            Self::EmailVerified => Value::Flag(entry.is_email_verified),
            Self::Username => optional(entry.username.as_ref().map(Username::as_str)),
            Self::DisplayUsername => optional(entry.display_username.as_deref()),
            Self::Name => text(&entry.name),
            Self::Image => optional(entry.image.as_deref()),
            Self::Role => text(&admin_roles::spell(
                &entry.roles,
                &entry.custom_roles,
                &entry.role_order,
            )),
            Self::Banned => Value::Flag(is_banned),
            Self::BanReason => optional(reason),
            Self::BanExpires => until.map_or(Value::Absent, Value::Time),
            Self::TwoFactorEnabled => Value::Flag(entry.two_factor_enabled),
            Self::CreatedAt => Value::Time(entry.created_at),
            Self::UpdatedAt => Value::Time(entry.updated_at),
        }
    }
}

/// The text is not a value of the field with which it is compared.
#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone, Copy)]
#[error("not a value of the field")]
pub struct InvalidValue;

/// Parses the values with which a field is compared. Only `In` and `NotIn` use more than the first.
pub fn condition(
    field: UserField,
    operator: Operator,
    wanted: &[String],
) -> Result<Condition<UserField>, InvalidValue> {
    let is_search = matches!(operator, Operator::Contains | Operator::StartsWith | Operator::EndsWith);
    let parse = |text: &String| match field {
        _ if is_search => Ok(Value::Text(text.to_lowercase())),
        UserField::EmailVerified | UserField::Banned | UserField::TwoFactorEnabled => {
            text.parse().map(Value::Flag).map_err(|_| InvalidValue)
        }
        UserField::BanExpires | UserField::CreatedAt | UserField::UpdatedAt => time(text).map(Value::Time),
        _ => Ok(Value::Text(text.to_lowercase())),
    };
    let wanted = wanted.iter().map(parse).collect::<Result<_, _>>()?;
    Ok(Condition::new(field, operator, wanted))
}

/// Parses a time in the format of RFC 3339, or in milliseconds since the Unix epoch.
fn time(text: &str) -> Result<Timestamp, InvalidValue> {
    let millis = || Timestamp::from_millisecond(text.parse().ok()?).ok();
    text.parse().ok().or_else(millis).ok_or(InvalidValue)
}

/// Selects a page of users. The entries may be in any order.
pub fn select(listing: &Listing<UserField>, mut entries: Vec<DirectoryEntry>) -> Listed<DirectoryEntry> {
    // An id begins with the time of its creation. The list is sorted by it unless a field is given, and so are users
    // with equal values of that field.
    entries.sort_by_key(|entry| entry.id);
    if listing.descending {
        entries.reverse();
    }
    listing.select(entries)
}

#[cfg(test)]
mod tests;
