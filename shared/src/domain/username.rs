//! Usernames: identifiers for sign-in in addition to the email address.

use std::collections::BTreeSet;
use std::fmt;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;
use unicode_security::confusable_detection::skeleton;

use super::email::EmailAddress;
use super::invisible::{is_invisible, is_joiner, is_variation};
use super::profile::PhoneNumber;

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
    Phone(PhoneNumber),
    /// The address of an administrator of the platform. A user may have the same address.
    Administrator(EmailAddress),
}

impl LoginName {
    /// The identifier that a text is, by its form: only addresses have an `@`, and only numbers begin with a `+` or
    /// with the scheme of RFC 3966.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if text.contains('@') {
            return EmailAddress::parse(text).ok().map(Self::Email);
        }
        let username = Username::parse(text).ok().map(Self::Username);
        username.or_else(|| PhoneNumber::parse(text).ok().map(Self::Phone))
    }
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
        let visible = visible(text.nfc());
        // A word of another script is taken for a Latin one if it looks like it as it is; between Latin letters, a
        // small letter is also taken for the Latin one that its capital looks like.
        let is_mixed = visible.chars().any(|c| c.is_ascii_alphabetic());
        let mut latin = String::new();
        for c in visible.chars() {
            match latin_lookalike(c, is_mixed) {
                Some(lookalike) => latin.push_str(&lookalike),
                // The dot above a letter that has one.
                None if c == '\u{307}' && latin.ends_with(['i', 'j']) => {}
                None => latin.push(c),
            }
        }
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

    /// Whether a reader may take a text with characters beyond ASCII for a reserved username. More texts are refused
    /// than for other usernames, because no user owns a reserved one: also those with accents, with a digit in place of
    /// a letter, or with a letter that resembles a Latin one only as a capital.
    pub fn are_suggested_by(&self, text: &str) -> bool {
        if text.is_ascii() {
            return false;
        }
        let visible = visible(text.nfkd());
        let letters = visible.chars().filter(|c| !is_combining_mark(*c));
        let latin: String = letters
            .map(|c| latin_lookalike(c, true).unwrap_or_else(|| c.to_string()))
            .collect();
        let latin: String = latin
            .chars()
            .filter(|c| c.is_alphanumeric())
            .map(|c| shape(c.to_ascii_lowercase()))
            .collect();
        let shaped = |name: &String| name.chars().map(shape).collect::<String>();
        self.0.iter().any(|name| shaped(name) == latin)
    }
}

impl FromIterator<Username> for ReservedUsernames {
    fn from_iter<T: IntoIterator<Item = Username>>(names: T) -> Self {
        Self(names.into_iter().map(|name| name.letters()).collect())
    }
}

fn visible(text: impl Iterator<Item = char>) -> String {
    text.filter(|c| !is_invisible(*c) && !is_joiner(*c) && !is_variation(*c))
        .collect()
}

/// The small capitals of the Latin alphabet, which have no capital forms, and their letters.
const SMALL_CAPITALS: &str = "ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢ";
const THEIR_LETTERS: &str = "abcdefghijklmnoprstuvwyz";

/// The ASCII text that the character looks like.
fn latin_lookalike(c: char, as_capital: bool) -> Option<String> {
    if c.is_ascii() {
        return Some(c.to_string());
    }
    if let Some(at) = SMALL_CAPITALS.chars().position(|small| small == c) {
        return THEIR_LETTERS.chars().nth(at).map(String::from);
    }
    let compatible: String = std::iter::once(c).nfkc().collect();
    if compatible.is_ascii() {
        return Some(compatible);
    }
    let itself = c.to_string();
    // As it is, before any mapping of its case: a Greek capital looks like another Latin letter than the small one.
    let mut candidates = vec![itself.clone(), itself.to_lowercase()];
    if as_capital {
        candidates.push(itself.to_uppercase());
    }
    candidates.push(compatible);
    let prototype = candidates.iter().find_map(|text| ascii_skeleton(text))?;
    Some(match prototype.as_str() {
        // The tables have one prototype for `l` and the capital `I`, and one for `m` and `rn`.
        "l" if c.is_uppercase() => "i".to_owned(),
        "rn" => "m".to_owned(),
        _ => prototype,
    })
}

fn ascii_skeleton(text: &str) -> Option<String> {
    let prototype: String = skeleton(text).collect();
    (prototype.is_ascii() && !prototype.is_empty()).then_some(prototype)
}

/// One character for those that look alike in some fonts.
fn shape(c: char) -> char {
    match c {
        '1' | 'l' | 'i' => 'l',
        '0' | 'o' => 'o',
        _ => c,
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

impl From<&PhoneNumber> for LoginName {
    fn from(phone: &PhoneNumber) -> Self {
        Self::Phone(phone.clone())
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
    fn the_form_of_an_identifier_decides_its_kind() {
        let email = EmailAddress::parse("ada@example.com").expect("an address");
        let username = Username::parse("ada.lovelace").expect("a username");
        let phone = PhoneNumber::parse("+441632960961").expect("a number");
        for (text, name) in [
            (" Ada@Example.com", Some(LoginName::Email(email))),
            ("Ada.Lovelace ", Some(LoginName::Username(username))),
            ("+44 1632 960961", Some(LoginName::Phone(phone.clone()))),
            ("tel:+44-1632-960961", Some(LoginName::Phone(phone))),
            ("01632 960961", None),
            ("ada@", None),
            ("no", None),
            ("", None),
        ] {
            assert_eq!(LoginName::parse(text), name, "{text}");
        }
        // A username may consist of digits; a number without its country is none.
        assert!(matches!(LoginName::parse("01632960961"), Some(LoginName::Username(_))));
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
    fn the_case_and_the_form_of_a_letter_do_not_hide_what_it_looks_like() {
        for (text, name) in [
            // Greek capitals, whose small letters look like others.
            ("SECURIT\u{3a5}", "security"),
            ("A\u{39d}\u{39d}YBGY", "annybgy"),
            ("ADM\u{399}N", "admin"),
            // Lunate sigmas, which are compatible with another letter.
            ("se\u{3f2}urity", "security"),
            ("SE\u{3f9}URITY", "security"),
            // A dot that the letter has anyway.
            ("admi\u{307}n", "admin"),
            ("ad\u{43c}in", "admin"),
            ("ad\u{1d0d}in", "admin"),
            ("\u{1d00}\u{1d05}\u{1d0d}\u{26a}\u{274}", "admin"),
            ("ad\u{118e3}in", "admin"),
            ("ad\u{ff4d}in", "admin"),
            ("admin\u{1bca0}", "admin"),
            ("admin\u{2800}", "admin"),
            ("\u{ff11}st_class", "1st_class"),
            ("\u{fb01}nance", "finance"),
        ] {
            assert_eq!(Username::resembling(text), Username::parse(name).ok(), "{text:?}");
        }
        // Words of other scripts are names of their own.
        for text in [
            "\u{410}\u{43d}\u{43d}\u{430}",
            "\u{41c}\u{438}\u{440}",
            "\u{391}\u{3b8}\u{3b7}\u{3bd}\u{3ac}",
        ] {
            assert_eq!(Username::resembling(text), None, "{text:?}");
        }
    }

    #[test]
    fn a_reserved_name_is_suggested_by_what_looks_like_it_to_a_hasty_reader() {
        let name = |text: &str| Username::parse(text).expect("a username");
        let reserved: ReservedUsernames = ["admin", "no.reply", "support"].map(name).into_iter().collect();
        for text in [
            "\u{430}dmin",
            "\u{e4}dmin",
            "admi\u{307}n",
            "adm\u{131}n",
            "ad\u{43c}in",
            "\u{1d00}\u{1d05}\u{1d0d}\u{26a}\u{274}",
            "\u{410}DM\u{4c0}N",
            "n\u{1ecd}-reply",
            "\u{455}upp0rt",
            "sup\u{440}ort \u{2713}",
            "a\u{336}d\u{336}min",
        ] {
            assert!(reserved.are_suggested_by(text), "{text:?}");
        }
        for text in [
            "admin1",
            "ada",
            "\u{e4}da",
            "\u{430}dministrator",
            "\u{674e}\u{5c0f}\u{9f8d}",
        ] {
            assert!(!reserved.are_suggested_by(text), "{text:?}");
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
