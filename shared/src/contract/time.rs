//! Times as several contracts write them: RFC 3339 in UTC, with milliseconds; and the rest of a lifetime in seconds.

use jiff::Timestamp;
use serde::Serializer;

pub fn time<S: Serializer>(time: &Timestamp, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&time.strftime("%Y-%m-%dT%H:%M:%S.%3fZ"))
}

#[expect(clippy::ref_option, reason = "serde hands over a reference to the field")]
pub fn optional_time<S: Serializer>(at: &Option<Timestamp>, serializer: S) -> Result<S::Ok, S::Error> {
    match at {
        Some(at) => time(at, serializer),
        None => serializer.serialize_none(),
    }
}

/// Whole seconds until `end`, at least one: `end` has not passed.
pub fn seconds_until(end: Timestamp, now: Timestamp) -> i64 {
    end.duration_since(now).as_secs().max(1)
}
