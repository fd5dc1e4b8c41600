//! The validated properties of an API key. A value of such a type always satisfies its rules.

use std::collections::BTreeMap;
use std::fmt;
use std::num::NonZeroU32;
use std::str::FromStr;

use jiff::{SignedDuration, Timestamp};

use super::later;
use crate::domain::invisible;

/// The name that the owner gave to a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyName(String);

/// The prefix of a key's text, by which people, and scanners for leaked secrets, recognize its origin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyPrefix(String);

/// How long a key is valid after it was created or changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeyLifetime(SignedDuration);

/// A JSON object of the owner, as text. This service does not interpret it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Metadata(String);

/// Allowed actions by resource.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Permissions(BTreeMap<String, Vec<String>>);

/// The number of remaining uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quota {
    pub remaining: u32,
    pub refill: Option<Refill>,
}

/// The number of uses after a refill, and the time between two refills.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Refill {
    pub amount: NonZeroU32,
    pub every: SignedDuration,
    pub last_at: Option<Timestamp>,
}

/// At most `max` uses within `per` of the first of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeyLimit {
    pub enabled: bool,
    pub max: NonZeroU32,
    pub per: SignedDuration,
}

#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone, Copy)]
#[error("must be `none`, or a number of uses, a slash, and a number of seconds up to a year, such as `1000/3600`")]
pub struct InvalidLimit;

#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone, Copy)]
#[error("a name has 1 to {} visible characters", KeyName::MAX_LENGTH)]
pub struct InvalidName;

#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone, Copy)]
pub enum PrefixRefused {
    #[error("letters, digits, hyphens and underscores")]
    Form,
    #[error("at most {} characters", KeyPrefix::MAX_LENGTH)]
    Length,
}

#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone, Copy)]
pub enum LifetimeRefused {
    #[error("at least a day")]
    TooShort,
    #[error("at most 365 days")]
    TooLong,
}

/// The object is limited because it is read and written at each use of its key.
#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone, Copy)]
#[error("at most {} bytes", Metadata::MAX_LENGTH)]
pub struct MetadataTooLong;

impl KeyName {
    /// In UTF-16 code units, as clients count.
    pub const MAX_LENGTH: usize = 32;

    pub fn parse(text: &str) -> Result<Self, InvalidName> {
        let name = invisible::cleaned(text).ok_or(InvalidName)?;
        if (1..=Self::MAX_LENGTH).contains(&name.encode_utf16().count()) {
            Ok(Self(name))
        } else {
            Err(InvalidName)
        }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl KeyPrefix {
    pub const MAX_LENGTH: usize = 32;

    pub fn parse(text: &str) -> Result<Self, PrefixRefused> {
        let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        if text.is_empty() || !text.bytes().all(is_allowed) {
            Err(PrefixRefused::Form)
        } else if text.len() > Self::MAX_LENGTH {
            Err(PrefixRefused::Length)
        } else {
            Ok(Self(text.to_owned()))
        }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl KeyLifetime {
    const MIN: SignedDuration = SignedDuration::from_hours(24);
    const MAX: SignedDuration = SignedDuration::from_hours(24 * 365);

    pub fn new(length: SignedDuration) -> Result<Self, LifetimeRefused> {
        if length < Self::MIN {
            Err(LifetimeRefused::TooShort)
        } else if length > Self::MAX {
            Err(LifetimeRefused::TooLong)
        } else {
            Ok(Self(length))
        }
    }

    pub fn from(self, now: Timestamp) -> Timestamp {
        crate::clock::whole_milliseconds(later(now, self.0))
    }
}

impl Metadata {
    pub const MAX_LENGTH: usize = 2048;

    /// `object` must be a JSON object; the caller has checked this.
    pub fn new(object: String) -> Result<Self, MetadataTooLong> {
        if object.len() > Self::MAX_LENGTH {
            Err(MetadataTooLong)
        } else {
            Ok(Self(object))
        }
    }

    pub fn as_json(&self) -> &str {
        &self.0
    }
}

impl Permissions {
    pub fn new(actions_by_resource: BTreeMap<String, Vec<String>>) -> Self {
        Self(actions_by_resource)
    }

    pub fn as_map(&self) -> &BTreeMap<String, Vec<String>> {
        &self.0
    }

    /// Whether all wanted actions are granted. A check without any wanted action is denied, so that a check with
    /// missing arguments does not pass.
    pub fn allow(&self, wanted: &Self) -> bool {
        let granted = |(resource, actions): (&String, &Vec<String>)| {
            let allowed = self.0.get(resource);
            !actions.is_empty() && allowed.is_some_and(|allowed| actions.iter().all(|action| allowed.contains(action)))
        };
        !wanted.0.is_empty() && wanted.0.iter().all(granted)
    }
}

impl KeyLimit {
    /// The longest period of a limit.
    const LONGEST: SignedDuration = SignedDuration::from_hours(24 * 365);
}

/// A number of uses and a number of seconds: `1000/3600`. `none` is no limit.
impl FromStr for KeyLimit {
    type Err = InvalidLimit;

    fn from_str(text: &str) -> Result<Self, InvalidLimit> {
        if text == "none" {
            return Ok(Self {
                enabled: false,
                ..Self::default()
            });
        }
        let (max, seconds) = text.split_once('/').ok_or(InvalidLimit)?;
        let max = max.trim().parse().map_err(|_| InvalidLimit)?;
        let seconds: NonZeroU32 = seconds.trim().parse().map_err(|_| InvalidLimit)?;
        let per = SignedDuration::from_secs(i64::from(seconds.get()));
        if per > Self::LONGEST {
            return Err(InvalidLimit);
        }
        Ok(Self {
            enabled: true,
            max,
            per,
        })
    }
}

impl Default for KeyLimit {
    /// Ten uses a day, the default of the framework.
    fn default() -> Self {
        Self {
            enabled: true,
            max: NonZeroU32::new(10).unwrap_or(NonZeroU32::MIN),
            per: SignedDuration::from_hours(24),
        }
    }
}

impl Refill {
    /// When the next refill is due. `since` is the time at which the key was created.
    pub fn due_at(&self, since: Timestamp) -> Timestamp {
        later(self.last_at.unwrap_or(since), self.every)
    }
}

impl fmt::Display for KeyName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for KeyPrefix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for Metadata {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Metadata {
    type Err = MetadataTooLong;

    fn from_str(text: &str) -> Result<Self, MetadataTooLong> {
        Self::new(text.to_owned())
    }
}

/// The stored form. A name from before a rule is still read.
impl FromStr for KeyName {
    type Err = InvalidName;

    fn from_str(text: &str) -> Result<Self, InvalidName> {
        Ok(Self(text.to_owned()))
    }
}

impl FromStr for KeyPrefix {
    type Err = PrefixRefused;

    fn from_str(text: &str) -> Result<Self, PrefixRefused> {
        Self::parse(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn permissions(pairs: &[(&str, &[&str])]) -> Permissions {
        let owned = |(resource, actions): &(&str, &[&str])| {
            let actions = actions.iter().map(|action| (*action).to_owned()).collect();
            ((*resource).to_owned(), actions)
        };
        Permissions::new(pairs.iter().map(owned).collect())
    }

    #[test]
    fn permissions_cover_what_is_wanted_or_they_do_not() {
        let granted = permissions(&[("files", &["read", "write"]), ("users", &["read"])]);
        for (wanted, is_allowed) in [
            (permissions(&[("files", &["read"])]), true),
            (
                permissions(&[("files", &["write", "read"]), ("users", &["read"])]),
                true,
            ),
            (permissions(&[("files", &["read", "delete"])]), false),
            (permissions(&[("files", &["read"]), ("users", &["write"])]), false),
            (permissions(&[("rooms", &["read"])]), false),
            (permissions(&[("files", &[])]), false),
            (permissions(&[]), false),
        ] {
            assert_eq!(granted.allow(&wanted), is_allowed, "{wanted:?}");
        }
    }

    #[test]
    fn a_key_lives_a_day_to_a_year() {
        let lifetime = |seconds| KeyLifetime::new(SignedDuration::from_secs(seconds)).map(|_| ());
        assert_eq!(lifetime(86_399), Err(LifetimeRefused::TooShort));
        assert_eq!(lifetime(86_400), Ok(()));
        assert_eq!(lifetime(31_536_000), Ok(()));
        assert_eq!(lifetime(31_536_001), Err(LifetimeRefused::TooLong));
    }

    #[test]
    fn names_and_prefixes_have_their_forms() {
        assert!(KeyName::parse(&"é".repeat(32)).is_ok() && KeyName::parse(&"é".repeat(33)).is_err());
        // The emoji is one character and two code units.
        assert!(KeyName::parse(&"🔑".repeat(16)).is_ok() && KeyName::parse(&"🔑".repeat(17)).is_err());
        assert_eq!(KeyName::parse(""), Err(InvalidName));
        assert!(KeyPrefix::parse("live_key-1").is_ok());
        for text in ["", "a b", "a.b", "é"] {
            assert_eq!(KeyPrefix::parse(text), Err(PrefixRefused::Form), "{text}");
        }
        assert_eq!(KeyPrefix::parse(&"p".repeat(33)), Err(PrefixRefused::Length));
    }
}
