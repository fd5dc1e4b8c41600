//! The wall clock. Durations are measured with `Instant`; this is for deadlines on the wire and for names that must not
//! repeat between runs.

use std::time::{SystemTime, UNIX_EPOCH};

/// Milliseconds since 1970.
#[expect(
    clippy::disallowed_methods,
    reason = "a benchmark has no `Clock`: it measures the real one"
)]
pub fn unix_millis() -> u128 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| since.as_millis())
}
