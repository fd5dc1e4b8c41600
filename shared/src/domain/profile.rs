//! Data that users provide about themselves besides the name: telephone number, preferred name, title, language and
//! time zone.

use std::fmt;

use dec_from_char::normalize_decimals;
use unicode_normalization::UnicodeNormalization as _;

use super::invisible::is_invisible;
use super::text::text_enum;

/// Optional data. For most users only the defaults are stored.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Profile {
    /// A telephone number belongs to at most one user.
    pub phone: Option<PhoneNumber>,
    /// Whether an administrator of the platform has confirmed that the number is the user's. No operation of users
    /// verifies it.
    pub is_phone_verified: bool,
    /// The name by which the user prefers to be addressed.
    pub preferred_name: Option<String>,
    pub title: Option<Title>,
    /// `None`: the user has not chosen one.
    pub language: Option<Language>,
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
    /// Longest text that is read as a number: fifteen digits with a separator after each, and invisible marks.
    const MAX_LENGTH: usize = 64;

    /// Reads a number with its country code, in the forms that users, contacts and programs write it: as E.164, E.123
    /// and RFC 3966, with a national prefix in parentheses, and with digits of other scripts. Whether the number is
    /// assigned is not checked, because countries assign new ranges between two releases of the library.
    pub fn parse(text: &str) -> Result<Self, InvalidPhoneNumber> {
        let is_shown = |c: &char| !is_invisible(*c) && !c.is_control();
        let plain: String = text.nfkc().filter(is_shown).take(Self::MAX_LENGTH + 1).collect();
        let plain = normalize_decimals(plain.trim());
        let number = plain.strip_prefix("tel:").unwrap_or(&plain);
        // The library takes letters for keys of a telephone: a typing error would become another user's number.
        let is_number = number.starts_with('+') && !number[1..].contains('+') && !number.contains(char::is_alphabetic);
        if !is_number || number.len() > Self::MAX_LENGTH {
            return Err(InvalidPhoneNumber);
        }
        let number = phonenumber::parse(None, number).map_err(|_| InvalidPhoneNumber)?;
        if number.extension().is_some() || !fits(&number) {
            return Err(InvalidPhoneNumber);
        }
        number.format().mode(phonenumber::Mode::E164).to_string().parse()
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The kinds of numbers that users have.
const KINDS: [phonenumber::Type; 6] = [
    phonenumber::Type::FixedLine,
    phonenumber::Type::Mobile,
    phonenumber::Type::PersonalNumber,
    phonenumber::Type::Pager,
    phonenumber::Type::Uan,
    phonenumber::Type::Voip,
];

/// Whether numbers of the country may have so many digits. A shorter number is not refused: the contract's own example
/// is one.
fn fits(number: &phonenumber::PhoneNumber) -> bool {
    let digits = number.national().to_string().len();
    let regions = phonenumber::metadata::DATABASE.by_code(&number.code().value());
    let kinds = regions.into_iter().flatten().flat_map(|region| {
        let descriptors = region.descriptors();
        KINDS.iter().filter_map(|kind| descriptors.get(*kind))
    });
    let mut lengths = kinds.flat_map(phonenumber::metadata::Descriptor::possible_length);
    lengths.any(|length| digits <= usize::from(*length))
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

/// The stored form: `+` and at most fifteen digits. It is not looked up among the countries, which change.
impl std::str::FromStr for PhoneNumber {
    type Err = InvalidPhoneNumber;

    fn from_str(text: &str) -> Result<Self, InvalidPhoneNumber> {
        let digits = text.strip_prefix('+').ok_or(InvalidPhoneNumber)?;
        let is_number = digits.bytes().all(|byte| byte.is_ascii_digit()) && Self::DIGITS.contains(&digits.len());
        if is_number {
            Ok(Self(text.to_owned()))
        } else {
            Err(InvalidPhoneNumber)
        }
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
        for text in [
            "+441632960961",
            " +44 1632 960-961 ",
            "+44 (1632) 960.961",
            "+44\u{a0}1632\u{2011}960\u{2013}961",
            "\u{202a}+44 1632 960961\u{202c}",
            "tel:+44-1632-960961",
            "＋４４１６３２９６０９６１",
            "+\u{664}\u{664}1632960961",
        ] {
            assert_eq!(
                PhoneNumber::parse(text).as_ref().map(PhoneNumber::as_str),
                Ok("+441632960961"),
                "{text:?}"
            );
        }
        for (text, number) in [
            ("+1 (415) 555-2671", "+14155552671"),
            ("+44 (0)20 7946 0018", "+442079460018"),
            ("+1234567890", "+1234567890"),
            ("+49 30 123456", "+4930123456"),
            ("+39 06 6982 0000", "+390669820000"),
            ("+86 139 1234 5678", "+8613912345678"),
            ("+55 (11) 98765-4321", "+5511987654321"),
        ] {
            let parsed = PhoneNumber::parse(text).expect(text);
            assert_eq!(parsed.as_str(), number);
            assert_eq!(number.parse(), Ok(parsed), "what is stored is read again");
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
            "+999123456789",
            "+1 415 555 26711",
            "+1 415 555 2671 ext. 89",
            "+1 415 555 2671 #89",
            "0044 1632 960961",
            "+44 1632 960961 / +44 1632 960962",
            "+1 800 FLOWERS",
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
