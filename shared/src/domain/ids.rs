//! Identifiers. Each entity has its own type, so that a session id cannot be used as a user id. Generated identifiers
//! are UUIDs of version 7 (RFC 9562), which consist of the time and random bits that the caller passes.

use std::fmt;

use jiff::Timestamp;
use uuid::Uuid;

use crate::entropy::Entropy;

/// The text is not an identifier.
#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone, Copy)]
#[error("not an identifier")]
pub struct InvalidId;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(Uuid);

        impl $name {
            pub fn generate(now: Timestamp, entropy: &dyn Entropy) -> Self {
                let millis = u64::try_from(now.as_millisecond()).unwrap_or(0);
                Self(uuid::Builder::from_unix_timestamp_millis(millis, &entropy.bytes()).into_uuid())
            }

            /// Accepts only the hyphenated lower-case form, so that an identifier has one spelling.
            pub fn parse(text: &str) -> Result<Self, InvalidId> {
                let id = Uuid::try_parse(text).map_err(|_| InvalidId)?;
                if id.hyphenated().to_string() == text { Ok(Self(id)) } else { Err(InvalidId) }
            }

            pub const fn from_bytes(bytes: [u8; 16]) -> Self {
                Self(Uuid::from_bytes(bytes))
            }

            pub fn to_bytes(self) -> [u8; 16] {
                self.0.into_bytes()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.hyphenated().fmt(f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = InvalidId;

            fn from_str(text: &str) -> Result<Self, InvalidId> {
                Self::parse(text)
            }
        }
    };
}

id!(UserId);
id!(
    /// The name of an administrator of the platform, who is a principal of their own and no user.
    AdminId
);
id!(
    /// The name of a session in lists and in the `sid` claim. It can revoke the session, and is never a credential.
    SessionId
);
id!(OrganizationId);
id!(
    /// The name of a linked account: an identity at a provider with which a user can sign in.
    LinkedAccountId
);
id!(
    /// The name of a pending authorization request to a provider.
    AuthorizationId
);
id!(
    /// The name of an API key. It is derived from the key's hash, and is never a credential.
    ApiKeyId
);
id!(
    /// The name of the token of a service. It is derived from the name of the service, and is never a credential.
    ServiceTokenId
);
id!(
    /// The name of an upload of many users.
    BulkUploadId
);
id!(
    /// The name of a record that an administrator manages.
    RecordId
);
id!(InvitationId);
id!(
    /// The name of an audit record, and of its event.
    EventId
);
id!(
    /// The name of a team within an organization.
    TeamId
);
id!(
    /// The name of a mail in the outbox.
    MailId
);
id!(
    /// The name of a trusted browser, in which the second factor was verified.
    DeviceId
);

impl EventId {
    /// The time with which it begins.
    pub fn time(self) -> Timestamp {
        let mut millis = [0; 8];
        millis[2..].copy_from_slice(&self.to_bytes()[..6]);
        Timestamp::from_millisecond(i64::from_be_bytes(millis)).unwrap_or(Timestamp::MAX)
    }
}

impl AdminId {
    /// The owner of what users and administrators have alike: attempts at a password, known devices, one-time grants
    /// and authenticator apps name their owner by the id of a user. Both ids are random, so no user has the id of an
    /// administrator.
    pub fn as_owner(self) -> UserId {
        UserId(self.0)
    }

    /// The administrator who owns one of these.
    pub fn of_owner(owner: UserId) -> Self {
        Self(owner.0)
    }
}

/// The id of a user in contracts with numeric ids. Numbers are unique, and may have gaps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct UserNumber(pub u64);

/// The id of an organization in contracts with numeric ids. Numbers are unique, and may have gaps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct OrganizationNumber(pub u64);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_identifier_has_one_spelling() {
        let text = "01890a5d-ac96-774b-bcce-b302099a8057";
        assert_eq!(UserId::parse(text).map(|id| id.to_string()), Ok(text.to_owned()));
        for other in [
            text.to_uppercase(),
            text.replace('-', ""),
            format!("{{{text}}}"),
            String::new(),
        ] {
            assert_eq!(UserId::parse(&other), Err(InvalidId), "{other}");
        }
    }
}
