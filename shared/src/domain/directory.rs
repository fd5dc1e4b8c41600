//! The list of all users, as administrators search, filter, sort and page it. What is compared are the values that a list shows;
//! letter case counts in none of the searches.

use std::cmp::Ordering;
use std::collections::BTreeSet;

use jiff::Timestamp;

use super::admin_roles;
use super::email::EmailAddress;
use super::ids::UserId;
use super::statements::RoleName;
use super::text::text_enum;
use super::user::{PlatformRole, UserStatus};
use super::username::Username;

/// A user in the list: a little less than the user.
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
    pub two_factor_enabled: bool,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Field {
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

/// How a field is held against what is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operator {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    In,
    NotIn,
    Contains,
    StartsWith,
    EndsWith,
}

/// One thing that all users in the answer have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condition {
    field: Field,
    operator: Operator,
    wanted: Vec<Value>,
}

/// What is asked of the list.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Listing {
    pub conditions: Vec<Condition>,
    /// Absent: by time of creation.
    pub sort_by: Option<Field>,
    pub descending: bool,
    pub offset: usize,
    pub limit: usize,
}

/// A page of the list, and how long the list is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    pub ids: Vec<UserId>,
    pub total: usize,
}

/// A field's value in a form that compares. Absence comes before all else.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Value {
    Absent,
    Flag(bool),
    Time(Timestamp),
    Text(String),
}

/// What is looked for is no value of the field.
#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone, Copy)]
#[error("not a value of the field")]
pub struct InvalidValue;

text_enum!(Field {
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

text_enum!(Operator {
    Equal => "eq",
    NotEqual => "ne",
    Less => "lt",
    LessOrEqual => "lte",
    Greater => "gt",
    GreaterOrEqual => "gte",
    In => "in",
    NotIn => "not_in",
    Contains => "contains",
    StartsWith => "starts_with",
    EndsWith => "ends_with",
});

impl Field {
    fn read(self, text: &str) -> Result<Value, InvalidValue> {
        match self {
            Self::EmailVerified | Self::Banned | Self::TwoFactorEnabled => {
                text.parse().map(Value::Flag).map_err(|_| InvalidValue)
            }
            Self::BanExpires | Self::CreatedAt | Self::UpdatedAt => time(text).map(Value::Time),
            _ => Ok(Value::Text(text.to_lowercase())),
        }
    }

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
            Self::Role => text(&admin_roles::spell(&entry.roles, &entry.custom_roles)),
            Self::Banned => Value::Flag(is_banned),
            Self::BanReason => optional(reason),
            Self::BanExpires => until.map_or(Value::Absent, Value::Time),
            Self::TwoFactorEnabled => Value::Flag(entry.two_factor_enabled),
            Self::CreatedAt => Value::Time(entry.created_at),
            Self::UpdatedAt => Value::Time(entry.updated_at),
        }
    }
}

/// RFC 3339, or milliseconds since the epoch.
fn time(text: &str) -> Result<Timestamp, InvalidValue> {
    let millis = || Timestamp::from_millisecond(text.parse().ok()?).ok();
    text.parse().ok().or_else(millis).ok_or(InvalidValue)
}

impl Condition {
    /// `wanted` has several values for `In` and `NotIn`; of more for another operator, the first counts.
    pub fn new(field: Field, operator: Operator, wanted: &[String]) -> Result<Self, InvalidValue> {
        let searches = matches!(operator, Operator::Contains | Operator::StartsWith | Operator::EndsWith);
        let read = |text: &String| {
            if searches {
                Ok(Value::Text(text.to_lowercase()))
            } else {
                field.read(text)
            }
        };
        Ok(Self {
            field,
            operator,
            wanted: wanted.iter().map(read).collect::<Result<_, _>>()?,
        })
    }

    fn holds(&self, entry: &DirectoryEntry) -> bool {
        let value = self.field.of(entry);
        let wanted = self.wanted.first().unwrap_or(&Value::Absent);
        let ordered = |expected: &[Ordering]| value != Value::Absent && expected.contains(&value.cmp(wanted));
        let searched = |found: fn(&str, &str) -> bool| match (&value, wanted) {
            (Value::Text(value), Value::Text(wanted)) => found(value, wanted),
            _ => false,
        };
        match self.operator {
            Operator::Equal => value == *wanted,
            Operator::NotEqual => value != *wanted,
            Operator::Less => ordered(&[Ordering::Less]),
            Operator::LessOrEqual => ordered(&[Ordering::Less, Ordering::Equal]),
            Operator::Greater => ordered(&[Ordering::Greater]),
            Operator::GreaterOrEqual => ordered(&[Ordering::Greater, Ordering::Equal]),
            Operator::In => self.wanted.contains(&value),
            Operator::NotIn => !self.wanted.contains(&value),
            Operator::Contains => searched(|value, wanted| value.contains(wanted)),
            Operator::StartsWith => searched(|value, wanted| value.starts_with(wanted)),
            Operator::EndsWith => searched(|value, wanted| value.ends_with(wanted)),
        }
    }
}

impl Listing {
    pub fn page(&self, mut entries: Vec<DirectoryEntry>) -> Page {
        entries.retain(|entry| self.conditions.iter().all(|condition| condition.holds(entry)));
        // An id begins with the time at which it was made, so it orders those who are alike, too.
        entries.sort_by_cached_key(|entry| (self.sort_by.map(|field| field.of(entry)), entry.id));
        if self.descending {
            entries.reverse();
        }
        let total = entries.len();
        let ids = entries
            .into_iter()
            .skip(self.offset)
            .take(self.limit)
            .map(|entry| entry.id);
        Page {
            ids: ids.collect(),
            total,
        }
    }
}

#[cfg(test)]
mod tests;
