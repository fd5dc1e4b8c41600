//! The AWS Region that runs the service. With a global table, several Regions see the same items, and some items are the
//! business of the one that wrote them.

use std::fmt;
use std::str::FromStr;

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Region(String);

/// How many numbers a range has. All numbers of the ranges are integers that JSON and JavaScript represent exactly.
const RANGE: u64 = 1_000_000_000_000;

/// From which numbers a Region takes those of users and organizations. Range 0 starts at 1, and is that of a deployment
/// in one Region.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct NumberRange(u32);

impl NumberRange {
    pub const MAX: u32 = 99;

    pub fn new(range: u32) -> Option<Self> {
        (range <= Self::MAX).then_some(Self(range))
    }

    /// The number before the first one.
    pub fn start(self) -> u64 {
        u64::from(self.0) * RANGE
    }

    /// The name of the range, which the first one does not have.
    pub fn suffix(self) -> Option<u32> {
        (self.0 > 0).then_some(self.0)
    }
}

/// The text is not the name of a Region.
#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone, Copy)]
#[error("not the name of a Region, such as eu-central-1")]
pub struct InvalidRegion;

impl Region {
    pub fn parse(text: &str) -> Result<Self, InvalidRegion> {
        let is_name = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        if (1..=32).contains(&text.len()) && text.bytes().all(is_name) {
            Ok(Self(text.to_owned()))
        } else {
            Err(InvalidRegion)
        }
    }
}

impl fmt::Display for Region {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Region {
    type Err = InvalidRegion;

    fn from_str(text: &str) -> Result<Self, InvalidRegion> {
        Self::parse(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_region_has_the_characters_of_its_name() {
        for text in ["eu-central-1", "us-gov-west-1", "local"] {
            assert_eq!(Region::parse(text).expect(text).to_string(), text);
        }
        for text in [
            "",
            "EU",
            "eu central",
            "eu#central",
            "a-name-of-more-than-thirty-two-bytes",
        ] {
            assert!(Region::parse(text).is_err(), "{text}");
        }
    }
}
