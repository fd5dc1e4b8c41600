//! A text of a page: its key in the catalogue, and the values in it.

use crate::languages::Argument;

use super::view::View;
use super::visible;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text {
    key: &'static str,
    values: Vec<(&'static str, Value)>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Value {
    Text(String),
    Number(i64),
}

impl Text {
    pub const fn of(key: &'static str) -> Self {
        Self {
            key,
            values: Vec::new(),
        }
    }

    /// Sets a value, which a user may have chosen: it is shown without invisible characters, and escaped by the page.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: &str) -> Self {
        self.values.push((name, Value::Text(visible(value))));
        self
    }

    /// Sets a number, which selects the plural form.
    #[must_use]
    pub fn number(mut self, name: &'static str, value: usize) -> Self {
        let value = i64::try_from(value).unwrap_or(i64::MAX);
        self.values.push((name, Value::Number(value)));
        self
    }

    pub fn key(&self) -> &'static str {
        self.key
    }

    pub(super) fn within(&self, view: &View) -> String {
        let arguments: Vec<(&str, Argument<'_>)> = self
            .values
            .iter()
            .map(|(name, value)| match value {
                Value::Text(text) => (*name, Argument::from(text)),
                Value::Number(number) => (*name, Argument::from(*number)),
            })
            .collect();
        view.language().text(self.key, &arguments)
    }
}

impl From<&'static str> for Text {
    fn from(key: &'static str) -> Self {
        Self::of(key)
    }
}
