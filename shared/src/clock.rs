//! The wall clock, behind a trait. `http::Meta` reads it once per request, and passes `now` to everything that needs
//! the time. Only this file may read the system clock.

use jiff::{Timestamp, TimestampRound, Unit};

/// The time in whole milliseconds, which is the precision of DynamoDB items, JSON responses and cookies.
pub trait Clock: Send + Sync {
    fn now(&self) -> Timestamp;
}

/// The system clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the wall clock")]
    fn now(&self) -> Timestamp {
        whole_milliseconds(Timestamp::now())
    }
}

/// Truncates to milliseconds, so that storage and JSON do not change a time.
pub fn whole_milliseconds(time: Timestamp) -> Timestamp {
    let down = TimestampRound::new()
        .smallest(Unit::Millisecond)
        .mode(jiff::RoundMode::Floor);
    time.round(down).unwrap_or(time)
}
