//! The words of mails and pages, in every language of [`Language`]. Each language is one file of
//! [Project Fluent](https://projectfluent.org), `shared/languages/{tag}.ftl`, with three parts: mails, durations, pages.
//! A file is parsed at the first use of its language.
//!
//! To add a text, add its key to the same part of all seven files; the tests name what is missing. Keys begin with
//! `mail-`, `duration-` or `page-`. Use the same variables in each language, never a number without plural rules, and no
//! markup: a text is plain, and templates escape it as a whole, together with the values from users in it. Templates print
//! a text by `{{ text("key", name=name) }}`, in the language that their variable `language` names; code calls
//! [`Language::text`].

mod durations;
mod negotiation;
#[cfg(test)]
mod tests;

use std::fmt;
use std::sync::LazyLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};

pub use crate::domain::Language;

/// A value in a text. Only a number selects plural forms.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Argument<'a> {
    Text(&'a str),
    Number(i64),
}

/// A text that does not exist, or that lacks a value.
#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone)]
#[error("the text `{key}` {reason}")]
pub struct InvalidText {
    key: String,
    reason: String,
}

/// The texts of one language.
struct Catalogue(FluentBundle<FluentResource>);

type Lazy = LazyLock<Catalogue>;

macro_rules! catalogues {
    ($($language:ident: $file:literal),+ $(,)?) => {
        impl Language {
            pub const ALL: &[Self] = &[$(Self::$language),+];

            fn source(self) -> &'static str {
                match self {
                    $(Self::$language => include_str!(concat!("../languages/", $file)),)+
                }
            }

            fn catalogue(self) -> &'static Catalogue {
                match self {
                    $(Self::$language => {
                        static CATALOGUE: Lazy = LazyLock::new(|| Catalogue::read(Language::$language));
                        &CATALOGUE
                    })+
                }
            }
        }
    };
}

catalogues! {
    English: "en.ftl",
    Chinese: "zh.ftl",
    Spanish: "es.ftl",
    French: "fr.ftl",
    German: "de.ftl",
    Japanese: "ja.ftl",
    Korean: "ko.ftl",
}

impl Language {
    /// The text. One that does not exist is an error of the code, which is logged; the reader then gets the English text,
    /// or the key.
    pub fn text(self, key: &str, arguments: &[(&str, Argument<'_>)]) -> String {
        self.find_text(key, arguments).unwrap_or_else(|error| {
            tracing::error!(text.language = %self, %error, "a text cannot be made");
            let english = Self::English.find_text(key, arguments);
            english.unwrap_or_else(|_| key.to_owned())
        })
    }

    /// The text, for callers that can report an error.
    pub fn find_text(self, key: &str, arguments: &[(&str, Argument<'_>)]) -> Result<String, InvalidText> {
        let invalid = |reason: String| InvalidText {
            key: key.to_owned(),
            reason,
        };
        let bundle = &self.catalogue().0;
        let pattern = bundle.get_message(key).and_then(|message| message.value());
        let pattern = pattern.ok_or_else(|| invalid("does not exist".to_owned()))?;
        let arguments: FluentArgs<'_> = arguments.iter().map(|(name, value)| (*name, value.value())).collect();
        let mut errors = Vec::new();
        let text = bundle.format_pattern(pattern, Some(&arguments), &mut errors);
        match errors.first() {
            None => Ok(text.into_owned()),
            Some(error) => Err(invalid(format!("cannot be formatted: {error}"))),
        }
    }

    /// The tag for the attribute `lang` of HTML (RFC 5646). Fonts differ between simplified and traditional characters.
    pub fn tag(self) -> &'static str {
        match self {
            Self::Chinese => "zh-Hans",
            other => other.as_str(),
        }
    }
}

impl Catalogue {
    /// A faulty entry is left out, as the tests would show.
    fn read(language: Language) -> Self {
        let mut bundle = FluentBundle::new_concurrent(vec![language.as_str().parse().unwrap_or_default()]);
        // All seven languages are written from left to right, and mail clients show the marks of isolation as boxes.
        bundle.set_use_isolating(false);
        let (resource, faults) = match FluentResource::try_new(language.source().to_owned()) {
            Ok(resource) => (resource, Vec::new()),
            Err((resource, faults)) => (resource, faults),
        };
        for fault in faults {
            tracing::error!(text.language = %language, %fault, "a text does not parse");
        }
        for fault in bundle.add_resource(resource).err().into_iter().flatten() {
            tracing::error!(text.language = %language, %fault, "a text is ignored");
        }
        Self(bundle)
    }
}

impl<'a> Argument<'a> {
    fn value(&self) -> FluentValue<'a> {
        match *self {
            Self::Text(text) => text.into(),
            Self::Number(number) => number.into(),
        }
    }
}

impl<'a> From<&'a str> for Argument<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(text)
    }
}

impl<'a> From<&'a String> for Argument<'a> {
    fn from(text: &'a String) -> Self {
        Self::Text(text)
    }
}

impl From<i64> for Argument<'_> {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}

impl From<u32> for Argument<'_> {
    fn from(number: u32) -> Self {
        Self::Number(number.into())
    }
}

impl fmt::Debug for Catalogue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Catalogue").field(&self.0.locales).finish()
    }
}
