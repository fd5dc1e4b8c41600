//! Data that users provide about themselves besides the name: telephone number, preferred name, title, language and
//! time zone.

use std::fmt;

use super::text::text_enum;

/// Optional data. For most users only the defaults are stored.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Profile {
    /// A telephone number belongs to at most one user. The user's control of it has not been verified.
    pub phone: Option<PhoneNumber>,
    /// The name by which the user prefers to be addressed.
    pub preferred_name: Option<String>,
    pub title: Option<Title>,
    pub language: Language,
    pub time_zone: TimeZoneName,
}

/// A telephone number in ITU-T E.164 format: `+`, country code, number.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct PhoneNumber(String);

#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone, Copy)]
#[error("not a telephone number as E.164 writes it")]
pub struct InvalidPhoneNumber;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Title {
    Mr,
    Mrs,
    Ms,
    Dr,
    Prof,
    Other,
}

/// The supported languages, by their tags (RFC 5646).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Language {
    #[default]
    English,
    Chinese,
    Spanish,
    French,
    German,
    Japanese,
    Korean,
}

/// The name of a time zone in the form of the time zone database (RFC 9557, section 4.1). It is not looked up in the
/// database: time zones are added and removed, and applications have their own copies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TimeZoneName(String);

#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone, Copy)]
#[error("not the name of a time zone")]
pub struct InvalidTimeZoneName;

text_enum!(Title {
    Mr => "MR",
    Mrs => "MRS",
    Ms => "MS",
    Dr => "DR",
    Prof => "PROF",
    Other => "OTHER",
});

text_enum!(Language {
    English => "en",
    Chinese => "zh",
    Spanish => "es",
    French => "fr",
    German => "de",
    Japanese => "ja",
    Korean => "ko",
});

impl PhoneNumber {
    /// The number of digits, including the country code. E.164 sets the maximum; numbers below the minimum are service
    /// numbers, which belong to no user.
    const DIGITS: std::ops::RangeInclusive<usize> = 7..=15;

    /// Removes the visual separators of RFC 3966 and spaces, which users put between digits.
    pub fn parse(text: &str) -> Result<Self, InvalidPhoneNumber> {
        let number = text.trim().strip_prefix('+').ok_or(InvalidPhoneNumber)?;
        let is_separator = |c: char| matches!(c, ' ' | '-' | '.' | '(' | ')');
        let digits: String = number.chars().filter(|c| !is_separator(*c)).collect();
        let is_number = digits.bytes().all(|byte| byte.is_ascii_digit()) && !digits.starts_with('0');
        if is_number && Self::DIGITS.contains(&digits.len()) {
            Ok(Self(format!("+{digits}")))
        } else {
            Err(InvalidPhoneNumber)
        }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TimeZoneName {
    /// The limit in characters; the longest name in the database has 32.
    const MAX_LENGTH: usize = 64;

    pub fn parse(text: &str) -> Result<Self, InvalidTimeZoneName> {
        let is_word = |word: &str| {
            let mut bytes = word.bytes();
            let starts = |byte: u8| byte.is_ascii_alphabetic() || matches!(byte, b'.' | b'_');
            let follows = |byte: u8| starts(byte) || byte.is_ascii_digit() || matches!(byte, b'-' | b'+');
            bytes.next().is_some_and(starts) && bytes.all(follows) && !matches!(word, "." | "..")
        };
        if text.len() <= Self::MAX_LENGTH && text.split('/').all(is_word) {
            Ok(Self(text.to_owned()))
        } else {
            Err(InvalidTimeZoneName)
        }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Default for TimeZoneName {
    fn default() -> Self {
        Self("UTC".to_owned())
    }
}

impl fmt::Display for PhoneNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for TimeZoneName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::str::FromStr for PhoneNumber {
    type Err = InvalidPhoneNumber;

    fn from_str(text: &str) -> Result<Self, InvalidPhoneNumber> {
        Self::parse(text)
    }
}

impl std::str::FromStr for TimeZoneName {
    type Err = InvalidTimeZoneName;

    fn from_str(text: &str) -> Result<Self, InvalidTimeZoneName> {
        Self::parse(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn however_it_is_written_it_is_one_number() {
        for text in ["+441632960961", " +44 1632 960-961 ", "+44 (1632) 960.961"] {
            assert_eq!(
                PhoneNumber::parse(text).as_ref().map(PhoneNumber::as_str),
                Ok("+441632960961")
            );
        }
    }

    #[test]
    fn what_is_no_number_is_refused() {
        for text in [
            "",
            "+",
            "01632960961",
            "441632960961",
            "+0441632960961",
            "+44163",
            "+4416329609611632",
            "+44 1632 96O961",
            "++441632960961",
            "+\u{664}\u{664}1632960961",
        ] {
            assert_eq!(PhoneNumber::parse(text), Err(InvalidPhoneNumber), "{text:?}");
        }
    }

    #[test]
    fn a_time_zone_is_named_as_the_database_does() {
        for text in ["UTC", "Europe/Paris", "America/Argentina/Buenos_Aires", "Etc/GMT+5"] {
            assert_eq!(TimeZoneName::parse(text).as_ref().map(TimeZoneName::as_str), Ok(text));
        }
        let long = "a".repeat(65);
        for text in [
            "",
            "/",
            "Europe/",
            "../etc/passwd",
            "+01:00",
            "Europe/Paris ",
            "Zürich",
            &long,
        ] {
            assert_eq!(TimeZoneName::parse(text), Err(InvalidTimeZoneName), "{text:?}");
        }
    }
}
