//! Lenient reading of one object: exports write booleans as words and numbers, and times in several forms. A column is
//! named in each spelling that its system or its database layer uses.

use jiff::Timestamp;
use jiff::civil::DateTime;
use serde_json::{Map, Value};

#[derive(Debug, Clone, Copy)]
pub struct Fields<'a>(pub &'a Map<String, Value>);

impl<'a> Fields<'a> {
    /// The first member with a value.
    pub fn value(self, names: &[&str]) -> Option<&'a Value> {
        let mut values = names.iter().filter_map(|name| self.0.get(*name));
        values.find(|value| !value.is_null() && value.as_str() != Some(""))
    }

    /// Numbers count as text, because ids may be numbers.
    pub fn text(self, names: &[&str]) -> Option<String> {
        match self.value(names)? {
            Value::String(text) => Some(text.clone()),
            Value::Number(number) => Some(number.to_string()),
            _ => None,
        }
    }

    pub fn is_set(self, names: &[&str]) -> bool {
        match self.value(names) {
            Some(Value::Bool(flag)) => *flag,
            Some(Value::Number(number)) => number.as_i64() == Some(1),
            Some(Value::String(text)) => matches!(text.to_ascii_lowercase().as_str(), "true" | "t" | "1" | "yes"),
            _ => false,
        }
    }

    pub fn time(self, names: &[&str]) -> Option<Timestamp> {
        match self.value(names)? {
            Value::Number(number) => time_of(number.as_i64()?),
            Value::String(text) => parse_time(text),
            // MongoDB's extended JSON.
            Value::Object(object) => Fields(object).time(&["$date"]),
            _ => None,
        }
    }

    pub fn object(self, names: &[&str]) -> Option<Fields<'a>> {
        self.value(names)?.as_object().map(Self)
    }

    pub fn list(self, names: &[&str]) -> &'a [Value] {
        self.value(names).and_then(Value::as_array).map_or(&[], Vec::as_slice)
    }

    /// A column with JSON, as CSV files have it.
    pub fn json(self, names: &[&str]) -> Option<Value> {
        match self.value(names)? {
            Value::String(text) => serde_json::from_str(text).ok(),
            other => Some(other.clone()),
        }
    }
}

/// Seconds or milliseconds since the epoch: the seconds of this millennium have fewer than twelve digits.
fn time_of(number: i64) -> Option<Timestamp> {
    if number.abs() < 100_000_000_000 {
        Timestamp::from_second(number).ok()
    } else {
        Timestamp::from_millisecond(number).ok()
    }
}

/// RFC 3339, the form of `PostgreSQL` (`2024-01-31 12:00:00.123+00`), or a number.
fn parse_time(text: &str) -> Option<Timestamp> {
    if let Ok(number) = text.parse() {
        return time_of(number);
    }
    let text = text.trim().replacen(' ', "T", 1);
    let with_zone = text.parse().ok();
    let short_zone = || format!("{text}:00").parse().ok();
    // Without a zone, exports are in UTC.
    let in_utc = || format!("{}Z", text.parse::<DateTime>().ok()?).parse().ok();
    with_zone.or_else(short_zone).or_else(in_utc)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_in_the_forms_of_exports() {
        for text in [
            "2024-01-31T12:00:00Z",
            "2024-01-31T13:00:00+01:00",
            "2024-01-31 12:00:00+00",
            "2024-01-31 12:00:00",
            "1706702400",
            "1706702400000",
        ] {
            let time = parse_time(text).unwrap_or_else(|| panic!("{text}"));
            assert_eq!(time.as_second(), 1_706_702_400, "{text}");
        }
        for text in ["", "yesterday", "2024-13-31T12:00:00Z"] {
            assert_eq!(parse_time(text), None, "{text}");
        }
    }
}
