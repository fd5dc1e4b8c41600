//! Percentiles of durations, and the format of numbers in the tables.

use hdrhistogram::Histogram;
use std::time::Duration;

/// Longer durations count as this one; no measurement takes as long.
const LONGEST: Duration = Duration::from_hours(1);

/// Durations in a histogram of three significant digits.
#[derive(Debug)]
pub struct Latencies(Histogram<u64>);

impl Latencies {
    pub fn new() -> Self {
        Self(
            Histogram::new_with_max(nanos(LONGEST), 3)
                .expect("three digits and an hour are within a histogram's range"),
        )
    }

    pub fn record(&mut self, duration: Duration) {
        self.0
            .saturating_record(u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX));
    }

    pub fn merge(&mut self, other: &Self) {
        self.0.add(&other.0).expect("all histograms have the same range");
    }

    /// The duration that `percent` of all durations do not exceed; `None` when nothing was recorded.
    pub fn percentile(&self, percent: f64) -> Option<Duration> {
        self.recorded(|histogram| histogram.value_at_percentile(percent))
    }

    pub fn median(&self) -> Option<Duration> {
        self.percentile(50.0)
    }

    pub fn min(&self) -> Option<Duration> {
        self.recorded(Histogram::min)
    }

    pub fn max(&self) -> Option<Duration> {
        self.recorded(Histogram::max)
    }

    fn recorded(&self, value: impl Fn(&Histogram<u64>) -> u64) -> Option<Duration> {
        (!self.0.is_empty()).then(|| Duration::from_nanos(value(&self.0)))
    }
}

fn nanos(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}

/// The cell text for a missing number.
pub const NONE: &str = "-";

pub fn millis(duration: Option<Duration>) -> String {
    duration.map_or(NONE.to_owned(), |duration| {
        format!("{:.2}", duration.as_secs_f64() * 1e3)
    })
}

pub fn micros(duration: Option<Duration>) -> String {
    duration.map_or(NONE.to_owned(), |duration| {
        format!("{:.0}", duration.as_secs_f64() * 1e6)
    })
}

/// `part` in relation to `whole`.
pub fn ratio(part: Option<Duration>, whole: Option<Duration>) -> String {
    match (part, whole) {
        (Some(part), Some(whole)) if !whole.is_zero() => format!("{:.2}", part.as_secs_f64() / whole.as_secs_f64()),
        _ => NONE.to_owned(),
    }
}

/// `bytes` in units of `unit` bytes, with two decimals.
pub fn size(bytes: Option<u64>, unit: u64) -> String {
    bytes.map_or(NONE.to_owned(), |bytes| {
        let hundredths = (bytes * 100 + unit / 2) / unit;
        format!("{}.{:02}", hundredths / 100, hundredths % 100)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn latencies(millis: impl IntoIterator<Item = u64>) -> Latencies {
        let mut latencies = Latencies::new();
        millis
            .into_iter()
            .for_each(|ms| latencies.record(Duration::from_millis(ms)));
        latencies
    }

    /// Three significant digits.
    fn assert_near(actual: Option<Duration>, millis: f64) {
        let actual = actual.unwrap().as_secs_f64() * 1e3;
        assert!(
            (actual - millis).abs() <= millis / 500.0,
            "{actual} is not near {millis}"
        );
    }

    #[test]
    fn percentiles_of_one_to_a_hundred() {
        let latencies = latencies(1..=100);
        assert_near(latencies.median(), 50.0);
        assert_near(latencies.percentile(99.0), 99.0);
        assert_near(latencies.min(), 1.0);
        assert_near(latencies.max(), 100.0);
    }

    #[test]
    fn merged_histograms_hold_both() {
        let mut all = latencies(1..=50);
        all.merge(&latencies(5_000..=5_050));
        assert_near(all.min(), 1.0);
        assert_near(all.max(), 5_050.0);
    }

    #[test]
    fn the_longest_duration_is_an_hour() {
        let mut latencies = Latencies::new();
        latencies.record(Duration::MAX);
        assert_near(latencies.max(), LONGEST.as_secs_f64() * 1e3);
    }

    #[test]
    fn nothing_recorded_is_no_number() {
        assert_eq!(Latencies::new().median(), None);
        assert_eq!(millis(None), "-");
        assert_eq!(ratio(None, Some(Duration::from_millis(1))), "-");
        assert_eq!(ratio(Some(Duration::from_millis(1)), Some(Duration::ZERO)), "-");
    }

    #[test]
    fn numbers_as_written() {
        assert_eq!(millis(Some(Duration::from_micros(1_234))), "1.23");
        assert_eq!(micros(Some(Duration::from_nanos(81_600))), "82");
        assert_eq!(
            ratio(Some(Duration::from_millis(3)), Some(Duration::from_millis(2))),
            "1.50"
        );
        assert_eq!(size(Some(1_987_654), 1_000_000), "1.99");
        assert_eq!(size(Some(5 * 1024 * 1024 + 52_429), 1024 * 1024), "5.05");
    }
}
