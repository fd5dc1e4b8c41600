//! The wall clock, behind a trait. `http::Meta` reads it once per request; everything further in is handed `now`.
//! Only this file may ask the machine for the time.

use jiff::{Timestamp, TimestampRound, Unit};

/// Tells the time, in whole milliseconds: what DynamoDB items, JSON answers and cookies all keep.
pub trait Clock: Send + Sync {
    fn now(&self) -> Timestamp;
}

/// The machine's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the wall clock")]
    fn now(&self) -> Timestamp {
        whole_milliseconds(Timestamp::now())
    }
}

/// Drops what is finer than a millisecond, so that a time survives storage and JSON unchanged.
pub fn whole_milliseconds(time: Timestamp) -> Timestamp {
    let down = TimestampRound::new()
        .smallest(Unit::Millisecond)
        .mode(jiff::RoundMode::Floor);
    time.round(down).unwrap_or(time)
}
