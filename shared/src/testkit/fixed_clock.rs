//! A clock that stands still until a test moves it.

use std::sync::{Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};

use crate::clock::Clock;

#[derive(Debug)]
pub struct FixedClock(Mutex<Timestamp>);

impl Default for FixedClock {
    /// 2026-01-31T12:00:00Z.
    fn default() -> Self {
        Self(Mutex::new(Timestamp::from_second(1_769_860_800).expect("a time")))
    }
}

impl FixedClock {
    pub fn advance(&self, by: SignedDuration) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) += by;
    }
}

impl Clock for FixedClock {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
