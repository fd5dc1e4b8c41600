//! Usernames: identifiers for sign-in in addition to the email address.

use std::fmt;

use super::email::EmailAddress;

/// A username in lower case, as it is compared and stored. The owner's preferred spelling is stored separately.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Username(String);

#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone, Copy)]
pub enum InvalidUsername {
    #[error("a username has at least {} characters", Username::MIN_LENGTH)]
    TooShort,
    #[error("a username has at most {} characters", Username::MAX_LENGTH)]
    TooLong,
    #[error("a username consists of letters, digits, underscores and dots")]
    WrongCharacter,
}

/// The identifier that a user enters to sign in. Identifiers of different kinds never match, even if they are spelled
/// alike.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LoginName {
    Email(EmailAddress),
    Username(Username),
}

impl Username {
    pub const MIN_LENGTH: usize = 3;
    /// The longest username that any contract accepts; the limit of `better_auth` is lower.
    pub const MAX_LENGTH: usize = 50;

    pub fn parse(text: &str) -> Result<Self, InvalidUsername> {
        let length = text.chars().count();
        if length < Self::MIN_LENGTH {
            return Err(InvalidUsername::TooShort);
        }
        if length > Self::MAX_LENGTH {
            return Err(InvalidUsername::TooLong);
        }
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'.';
        if !text.bytes().all(fits) {
            return Err(InvalidUsername::WrongCharacter);
        }
        Ok(Self(text.to_ascii_lowercase()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Username {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::str::FromStr for Username {
    type Err = InvalidUsername;

    fn from_str(text: &str) -> Result<Self, InvalidUsername> {
        Self::parse(text)
    }
}

impl From<&EmailAddress> for LoginName {
    fn from(email: &EmailAddress) -> Self {
        Self::Email(email.clone())
    }
}

impl From<&Username> for LoginName {
    fn from(username: &Username) -> Self {
        Self::Username(username.clone())
    }
}

impl From<&LoginName> for LoginName {
    fn from(name: &LoginName) -> Self {
        name.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_does_not_distinguish_usernames() {
        assert_eq!(Username::parse("Ada.Lovelace_1"), Username::parse("ada.lovelace_1"));
    }

    #[test]
    fn what_is_no_username_is_refused() {
        let long = "a".repeat(Username::MAX_LENGTH + 1);
        for (text, problem) in [
            ("", InvalidUsername::TooShort),
            ("ad", InvalidUsername::TooShort),
            (&long, InvalidUsername::TooLong),
            ("ada lovelace", InvalidUsername::WrongCharacter),
            ("ada@example.com", InvalidUsername::WrongCharacter),
            ("ada#1", InvalidUsername::WrongCharacter),
            ("ädä", InvalidUsername::WrongCharacter),
        ] {
            assert_eq!(Username::parse(text), Err(problem), "{text:?}");
        }
    }
}
