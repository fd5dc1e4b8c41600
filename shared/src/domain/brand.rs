//! How the service presents itself on pages and in mails: its name, its logo, its accent color, and the address of its
//! support. Colors are computed here, so that text is readable on each of them.

use std::fmt;
use std::str::FromStr;

use url::Url;

use super::email::EmailAddress;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Brand {
    pub name: String,
    /// `None`: the name stands alone.
    pub logo: Option<LogoUrl>,
    pub accent: Color,
    /// `None`: texts speak of the support of the service, without an address.
    pub support_email: Option<EmailAddress>,
}

/// The address of an image. Mail clients and browsers load it, so it is an https URL without credentials.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogoUrl(Url);

#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone, Copy)]
#[error("must be an https URL, of at most {} characters", LogoUrl::MAX_LENGTH)]
pub struct InvalidLogoUrl;

/// A color in the sRGB space.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Color {
    red: u8,
    green: u8,
    blue: u8,
}

#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone, Copy)]
#[error("must be a color such as #1d4ed8")]
pub struct InvalidColor;

impl LogoUrl {
    const MAX_LENGTH: usize = 1024;

    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// The origin, for a Content-Security-Policy.
    pub fn origin(&self) -> String {
        self.0.origin().ascii_serialization()
    }
}

impl FromStr for LogoUrl {
    type Err = InvalidLogoUrl;

    fn from_str(text: &str) -> Result<Self, InvalidLogoUrl> {
        let url = Url::parse(text).map_err(|_| InvalidLogoUrl)?;
        let is_plain =
            url.scheme() == "https" && url.has_host() && url.username().is_empty() && url.password().is_none();
        if is_plain && url.as_str().len() <= Self::MAX_LENGTH {
            Ok(Self(url))
        } else {
            Err(InvalidLogoUrl)
        }
    }
}

impl Color {
    pub const BLACK: Self = Self::new(0, 0, 0);
    pub const WHITE: Self = Self::new(255, 255, 255);

    pub const fn new(red: u8, green: u8, blue: u8) -> Self {
        Self { red, green, blue }
    }

    /// White or black, whichever is more readable on the color. The better one has a contrast of at least 4.58 on every
    /// color, because the product of both contrasts is 21.
    #[must_use]
    pub fn text(self) -> Self {
        if self.contrast(Self::WHITE) >= self.contrast(Self::BLACK) {
            Self::WHITE
        } else {
            Self::BLACK
        }
    }

    /// The contrast ratio, from 1 to 21 (WCAG 2.2).
    pub fn contrast(self, other: Self) -> f64 {
        let (one, other) = (self.luminance() + 0.05, other.luminance() + 0.05);
        one.max(other) / one.min(other)
    }

    /// The relative luminance, from 0 to 1 (WCAG 2.2).
    fn luminance(self) -> f64 {
        let linear = |channel: u8| {
            let channel = f64::from(channel) / 255.0;
            if channel <= 0.04045 {
                channel / 12.92
            } else {
                ((channel + 0.055) / 1.055).powf(2.4)
            }
        };
        0.2126 * linear(self.red) + 0.7152 * linear(self.green) + 0.0722 * linear(self.blue)
    }
}

impl FromStr for Color {
    type Err = InvalidColor;

    fn from_str(text: &str) -> Result<Self, InvalidColor> {
        let digits = text.strip_prefix('#').ok_or(InvalidColor)?;
        if digits.len() != 6 || !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
            return Err(InvalidColor);
        }
        let channel = |at: usize| u8::from_str_radix(&digits[at..at + 2], 16).map_err(|_| InvalidColor);
        Ok(Self::new(channel(0)?, channel(2)?, channel(4)?))
    }
}

impl fmt::Display for Color {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { red, green, blue } = self;
        write!(f, "#{red:02x}{green:02x}{blue:02x}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn color(text: &str) -> Color {
        text.parse().unwrap()
    }

    #[test]
    fn colors_have_one_form() {
        assert_eq!(color("#1D4ed8").to_string(), "#1d4ed8");
        for refused in [
            "", "1d4ed8", "#1d4ed", "#1d4ed80", "#1d4edg", "#éé00", "red", "#fff", "#+10000",
        ] {
            assert_eq!(refused.parse::<Color>(), Err(InvalidColor), "{refused}");
        }
    }

    #[test]
    fn contrast_is_that_of_the_guidelines() {
        assert!((Color::WHITE.contrast(Color::BLACK) - 21.0).abs() < 1e-9);
        assert!((color("#777777").contrast(Color::WHITE) - 4.478).abs() < 0.001);
        assert!((color("#1d4ed8").contrast(color("#1d4ed8")) - 1.0).abs() < 1e-9);
    }

    #[test]
    fn text_is_readable_on_every_color() {
        for red in (0..=255).step_by(17) {
            for green in (0..=255).step_by(17) {
                for blue in (0..=255).step_by(17) {
                    let accent = Color::new(red, green, blue);
                    // For text of any size (WCAG 2.2, level AA).
                    assert!(accent.contrast(accent.text()) >= 4.5, "{accent}");
                }
            }
        }
        assert_eq!(color("#1d4ed8").text(), Color::WHITE);
        assert_eq!(color("#facc15").text(), Color::BLACK);
    }

    #[test]
    fn a_logo_is_loaded_by_https_from_a_plain_url() {
        let logo: LogoUrl = "https://cdn.example.com/a b.png?v=1".parse().unwrap();
        assert_eq!(
            (logo.as_str(), logo.origin().as_str()),
            ("https://cdn.example.com/a%20b.png?v=1", "https://cdn.example.com")
        );
        let long = format!("https://example.com/{}", "a".repeat(1024));
        for refused in [
            "http://example.com/logo.png",
            "data:image/png;base64,AAAA",
            "javascript:alert(1)",
            "//example.com/logo.png",
            "https://user:secret@example.com/logo.png",
            "logo.png",
            &long,
        ] {
            assert_eq!(refused.parse::<LogoUrl>(), Err(InvalidLogoUrl), "{refused}");
        }
    }
}
