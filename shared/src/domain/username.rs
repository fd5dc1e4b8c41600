//! Usernames: identifiers for sign-in in addition to the email address.

use std::collections::BTreeSet;
use std::fmt;

use unicode_normalization::UnicodeNormalization;
use unicode_security::confusable_detection::skeleton;

use super::email::EmailAddress;
use super::invisible::{is_invisible, is_joiner};

/// A username in lower case, as it is compared and stored. The owner's preferred spelling is stored separately.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Username(String);

#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone, Copy)]
pub enum InvalidUsername {
    #[error("a username has at least {} characters", Username::MIN_LENGTH)]
    TooShort,
    #[error("a username has at most {} characters", Username::MAX_LENGTH)]
    TooLong,
    #[error("a username consists of letters, digits, underscores, hyphens and dots")]
    WrongCharacter,
}

/// Usernames that no user may take, because other users would take their owner for a representative of the service.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ReservedUsernames(BTreeSet<String>);

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
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.');
        if !text.bytes().all(fits) {
            return Err(InvalidUsername::WrongCharacter);
        }
        Ok(Self(text.to_ascii_lowercase()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The username for which readers may mistake a text: in any case and width, after `@`, with invisible characters,
    /// or with letters of other scripts that look alike (UTS #39). `None`: the text resembles no username.
    pub fn resembling(text: &str) -> Option<Self> {
        let visible = text
            .nfkc()
            .filter(|c| !is_invisible(*c) && !is_joiner(*c) && !is_variation(*c));
        let latin: String = visible.map(latin_lookalike).collect();
        let name = latin.trim();
        Self::parse(name.strip_prefix('@').unwrap_or(name)).ok()
    }

    /// The letters and digits, which readers compare.
    fn letters(&self) -> String {
        self.0.chars().filter(char::is_ascii_alphanumeric).collect()
    }
}

impl ReservedUsernames {
    /// Whether the username is reserved, also with other separators between its letters.
    pub fn contain(&self, username: &Username) -> bool {
        self.0.contains(&username.letters())
    }
}

impl FromIterator<Username> for ReservedUsernames {
    fn from_iter<T: IntoIterator<Item = Username>>(names: T) -> Self {
        Self(names.into_iter().map(|name| name.letters()).collect())
    }
}

/// Whether a character selects a variant of the character before it, which is mostly the same glyph.
fn is_variation(c: char) -> bool {
    matches!(c, '\u{fe00}'..='\u{fe0f}')
}

/// The ASCII character that looks like the character; the character itself if there is none. Both cases are tried,
/// because some letters resemble a Latin letter in one case only.
fn latin_lookalike(c: char) -> char {
    if c.is_ascii() {
        return c;
    }
    let mut candidates = c.to_lowercase().chain([c]);
    candidates.find_map(ascii_skeleton).unwrap_or(c)
}

fn ascii_skeleton(c: char) -> Option<char> {
    let mut buffer = [0; 4];
    let mut prototype = skeleton(c.encode_utf8(&mut buffer));
    let first = prototype.next().filter(char::is_ascii)?;
    prototype.next().is_none().then_some(first)
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
        assert_eq!(Username::parse("Ada.Love-lace_1"), Username::parse("ada.love-lace_1"));
        assert!(Username::parse("ada-lovelace").is_ok());
    }

    #[test]
    fn a_text_resembles_the_username_that_readers_see() {
        let ada = Username::parse("ada").ok();
        for text in [
            "ada",
            "ADA",
            " Ada ",
            "@ada",
            "\u{ff41}\u{ff44}\u{ff41}",
            // Cyrillic letters.
            "\u{430}d\u{430}",
            "\u{410}D\u{410}",
            "\u{430}\u{200c}da",
            "ada\u{fe0f}",
            "ad\u{ad}a",
            // Greek and mathematical letters.
            "\u{3b1}da",
            "\u{1d41a}da",
        ] {
            assert_eq!(Username::resembling(text), ada, "{text:?}");
        }
        // In Ukrainian and Russian capitals.
        assert_eq!(Username::resembling("\u{410}DM\u{406}N"), Username::parse("admin").ok());
        assert_eq!(
            Username::resembling("\u{412}\u{41e}\u{412}"),
            Username::parse("bob").ok()
        );
        for text in ["", "Ada!", "Ada Lovelace", "\u{e1}da", "\u{674e}\u{5c0f}\u{9f8d}", "ad"] {
            assert_eq!(Username::resembling(text), None, "{text:?}");
        }
    }

    #[test]
    fn a_name_is_reserved_with_any_separators() {
        let name = |text: &str| Username::parse(text).expect("a username");
        let reserved: ReservedUsernames = ["admin", "no.reply"].map(name).into_iter().collect();
        for text in ["admin", "Admin", "ad.min", "_admin_", "noreply", "no_reply"] {
            assert!(reserved.contain(&name(text)), "{text}");
        }
        for text in ["ada", "admin1", "administrator"] {
            assert!(!reserved.contain(&name(text)), "{text}");
        }
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
