//! Tokens of other services, which authenticate a program of the operator and no user. An operator creates and revokes
//! them.

use std::fmt;

use jiff::{SignedDuration, Timestamp};
use sha2::{Digest as _, Sha256};

use super::ids::ServiceTokenId;
use super::secret::SecretHash;

/// The use of a token is stored at most this often.
const USE_IS_STORED_EVERY: SignedDuration = SignedDuration::from_hours(1);

/// The name of a service: lower-case letters, digits and hyphens. No two tokens have the same.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ServiceName(String);

#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone, Copy)]
#[error(
    "the name of a service has 1 to {} lower-case letters, digits and hyphens",
    ServiceName::MAX_LENGTH
)]
pub struct InvalidServiceName;

/// A token as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceToken {
    pub name: ServiceName,
    pub hash: SecretHash,
    pub created_at: Timestamp,
    /// Up to an hour before the last use.
    pub last_used_at: Option<Timestamp>,
}

impl ServiceName {
    pub const MAX_LENGTH: usize = 40;

    pub fn parse(text: &str) -> Result<Self, InvalidServiceName> {
        let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        if !text.is_empty() && text.len() <= Self::MAX_LENGTH && text.bytes().all(fits) {
            Ok(Self(text.to_owned()))
        } else {
            Err(InvalidServiceName)
        }
    }

    /// The id that the token of the service names. It is derived from the name, so that the name is unique and a token
    /// leads to its stored half.
    pub fn id(&self) -> ServiceTokenId {
        let hash = Sha256::digest(&self.0);
        let bytes = std::array::from_fn(|at| hash[at]);
        ServiceTokenId::from_bytes(uuid::Builder::from_custom_bytes(bytes).into_uuid().into_bytes())
    }
}

impl fmt::Display for ServiceName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::str::FromStr for ServiceName {
    type Err = InvalidServiceName;

    fn from_str(text: &str) -> Result<Self, InvalidServiceName> {
        Self::parse(text)
    }
}

impl ServiceToken {
    /// Whether a use now is stored: the use before is unknown, or long enough ago.
    pub fn stores_use(&self, now: Timestamp) -> bool {
        self.last_used_at.is_none_or(|last| last + USE_IS_STORED_EVERY <= now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_plain() {
        for good in ["calendar", "billing-2"] {
            assert!(ServiceName::parse(good).is_ok(), "{good}");
        }
        for bad in ["", "Calendar", "a b", "a/b", "a_b", &"a".repeat(41)] {
            assert_eq!(ServiceName::parse(bad), Err(InvalidServiceName), "{bad}");
        }
    }

    #[test]
    fn a_use_is_stored_once_an_hour() {
        let now = Timestamp::UNIX_EPOCH + SignedDuration::from_hours(5);
        let used = |minutes: Option<i64>| ServiceToken {
            name: ServiceName::parse("calendar").expect("a name"),
            hash: SecretHash::from_bytes([0; 32]),
            created_at: now,
            last_used_at: minutes.map(|minutes| now - SignedDuration::from_mins(minutes)),
        };
        assert!(used(None).stores_use(now) && used(Some(60)).stores_use(now));
        assert!(!used(Some(59)).stores_use(now));
    }
}
