//! Analytics: a span of time, divided into intervals of UTC, each with the number of its events.

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};

use super::statistics::{Event, EventCounts, KEPT_DAYS};
use super::text::text_enum;

/// What administrators of the platform ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Metric {
    /// Users who were created, in whichever way.
    Users,
    Organizations,
    Logins,
    /// Users who signed up on their own initiative.
    SignUps,
}

text_enum!(Metric {
    Users => "users",
    Organizations => "organizations",
    Logins => "logins",
    SignUps => "signups",
});

/// The width of an interval. A week begins on Monday.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Granularity {
    Hour,
    Day,
    Week,
    Month,
}

text_enum!(Granularity { Hour => "hour", Day => "day", Week => "week", Month => "month" });

/// The first or the last time of a span, which is in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bound {
    /// The whole day.
    Day(Date),
    /// The whole hour, or day, in which the time is.
    Time(Timestamp),
}

/// The hours from `first` to `last`, both inclusive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    pub granularity: Granularity,
    pub first: DateTime,
    pub last: DateTime,
}

/// The part of an interval that is in the span.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Interval {
    /// The start of the interval, which may be before the span.
    start: DateTime,
    first: DateTime,
    last: DateTime,
}

/// The number of events of an interval, which is named by its start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DataPoint {
    pub start: DateTime,
    pub value: u64,
}

#[derive(Debug, thiserror::Error, Clone, Copy, PartialEq, Eq)]
pub enum SpanRefused {
    #[error("the span ends before it starts")]
    EndsBeforeStart,
    #[error("the span has too many intervals")]
    TooLong,
    /// The events of each day are kept, but not those of each hour.
    #[error("the hours of the start are no longer kept")]
    HoursGone,
}

impl Metric {
    pub fn event(self) -> Event {
        match self {
            Self::Users => Event::UserCreated,
            Self::Organizations => Event::OrganizationCreated,
            Self::Logins => Event::SignIn,
            Self::SignUps => Event::SignUp,
        }
    }
}

impl Granularity {
    fn start_of(self, hour: DateTime) -> DateTime {
        let day = hour.date();
        match self {
            Self::Hour => return hour,
            Self::Day => day,
            Self::Week => day.saturating_sub(i64::from(day.weekday().to_monday_zero_offset()).days()),
            Self::Month => day.first_of_month(),
        }
        .at(0, 0, 0, 0)
    }

    /// `None` at the end of the calendar.
    fn next(self, start: DateTime) -> Option<DateTime> {
        let width = match self {
            Self::Hour => 1.hour(),
            Self::Day => 1.day(),
            Self::Week => 1.week(),
            Self::Month => 1.month(),
        };
        start.checked_add(width).ok()
    }
}

impl Span {
    /// The most intervals of a span: days of nearly three years, hours of six weeks.
    pub const MOST: usize = 1000;
    /// How many days a span without a start has.
    const DAYS: i64 = 30;

    /// Without an end, the span ends now; without a start, it has thirty days.
    pub fn new(
        granularity: Granularity,
        start: Option<Bound>,
        end: Option<Bound>,
        now: Timestamp,
    ) -> Result<Self, SpanRefused> {
        let last = match end {
            Some(Bound::Day(day)) => day.at(23, 0, 0, 0),
            Some(Bound::Time(time)) => hour_of(time),
            None => hour_of(now),
        };
        let first = match start {
            Some(Bound::Day(day)) => day.at(0, 0, 0, 0),
            Some(Bound::Time(time)) => hour_of(time),
            None => last.date().saturating_sub((Self::DAYS - 1).days()).at(0, 0, 0, 0),
        };
        if last < first {
            return Err(SpanRefused::EndsBeforeStart);
        }
        let kept_from = hour_of(now).date().saturating_sub((KEPT_DAYS - 1).days());
        if granularity == Granularity::Hour && first.date() < kept_from {
            return Err(SpanRefused::HoursGone);
        }
        let span = match granularity {
            Granularity::Hour => Self {
                granularity,
                first,
                last,
            },
            Granularity::Day | Granularity::Week | Granularity::Month => Self {
                granularity,
                first: first.date().at(0, 0, 0, 0),
                last: last.date().at(23, 0, 0, 0),
            },
        };
        if span.intervals().nth(Self::MOST).is_some() {
            return Err(SpanRefused::TooLong);
        }
        Ok(span)
    }

    /// The intervals in their order, also those without events.
    pub fn points(&self, event: Event, counts: &EventCounts) -> Vec<DataPoint> {
        let points = self.intervals().map(|interval| DataPoint {
            start: interval.start,
            value: counts.between(event, interval.first, interval.last),
        });
        points.collect()
    }

    fn intervals(&self) -> impl Iterator<Item = Interval> {
        let Self {
            granularity,
            first,
            last,
        } = *self;
        let starts = std::iter::successors(Some(granularity.start_of(first)), move |start| granularity.next(*start));
        starts.take_while(move |start| *start <= last).map(move |start| {
            let next = granularity.next(start);
            let end = next.and_then(|next| next.checked_sub(1.hour()).ok());
            Interval {
                start,
                first: start.max(first),
                last: end.map_or(last, |end| end.min(last)),
            }
        })
    }
}

/// The hour in which the time is, in UTC.
pub fn hour_of(time: Timestamp) -> DateTime {
    let time = time.to_zoned(TimeZone::UTC).datetime();
    time.date().at(time.hour(), 0, 0, 0)
}

/// The first day of the month in which the time is.
pub fn month_of(time: Timestamp) -> Date {
    hour_of(time).date().first_of_month()
}

/// The time from which no further event is counted in the hours before it: requests are shorter, and their clocks
/// differ by less.
pub const SETTLED: SignedDuration = SignedDuration::from_hours(1);

#[cfg(test)]
mod tests {
    use jiff::civil::{date, datetime};

    use super::*;

    fn time(text: &str) -> Timestamp {
        text.parse().expect("a time")
    }

    fn now() -> Timestamp {
        time("2026-01-31T12:34:56Z")
    }

    fn bounds(text: &str) -> Bound {
        if text.contains('T') {
            Bound::Time(time(text))
        } else {
            Bound::Day(text.parse().expect("a day"))
        }
    }

    fn span(granularity: Granularity, start: &str, end: &str) -> Result<Span, SpanRefused> {
        Span::new(granularity, Some(bounds(start)), Some(bounds(end)), now())
    }

    fn starts(granularity: Granularity, start: &str, end: &str) -> Vec<String> {
        let span = span(granularity, start, end).expect("a span");
        let points = span.points(Event::SignIn, &EventCounts::default());
        points.into_iter().map(|point| point.start.to_string()).collect()
    }

    #[test]
    fn intervals_follow_the_calendar() {
        let day = |days: &[&str]| days.iter().map(|day| format!("{day}T00:00:00")).collect::<Vec<_>>();
        for (granularity, start, end, expected) in [
            (
                Granularity::Day,
                "2024-02-28",
                "2024-03-01",
                ["2024-02-28", "2024-02-29", "2024-03-01"].as_slice(),
            ),
            (
                Granularity::Day,
                "2025-02-28",
                "2025-03-01",
                &["2025-02-28", "2025-03-01"],
            ),
            (
                Granularity::Day,
                "2025-12-31",
                "2026-01-01",
                &["2025-12-31", "2026-01-01"],
            ),
            (Granularity::Day, "2026-01-31", "2026-01-31", &["2026-01-31"]),
            (
                Granularity::Day,
                "2026-01-30T23:59:59Z",
                "2026-01-31T00:00:00Z",
                &["2026-01-30", "2026-01-31"],
            ),
            // Times count by their day in UTC.
            (
                Granularity::Day,
                "2026-01-30T23:00:00-02:00",
                "2026-01-31T23:00:00+00:00",
                &["2026-01-31"],
            ),
            (
                Granularity::Week,
                "2025-12-28",
                "2026-01-05",
                &["2025-12-22", "2025-12-29", "2026-01-05"],
            ),
            (
                Granularity::Month,
                "2024-01-31",
                "2024-03-01",
                &["2024-01-01", "2024-02-01", "2024-03-01"],
            ),
            (
                Granularity::Month,
                "9999-11-30",
                "9999-12-31",
                &["9999-11-01", "9999-12-01"],
            ),
        ] {
            assert_eq!(
                starts(granularity, start, end),
                day(expected),
                "{granularity} {start} {end}"
            );
        }
        assert_eq!(
            starts(Granularity::Hour, "2026-01-30T22:59:59Z", "2026-01-31T00:00:00Z"),
            ["2026-01-30T22:00:00", "2026-01-30T23:00:00", "2026-01-31T00:00:00"]
        );
        assert_eq!(starts(Granularity::Hour, "2026-01-30", "2026-01-30").len(), 24);
    }

    #[test]
    fn a_span_without_bounds_has_the_last_thirty_days() {
        let of = |start: Option<&str>, end: Option<&str>| {
            let span = Span::new(Granularity::Day, start.map(bounds), end.map(bounds), now()).expect("a span");
            (span.first.date(), span.last.date())
        };
        assert_eq!(of(None, None), (date(2026, 1, 2), date(2026, 1, 31)));
        assert_eq!(of(None, Some("2024-03-01")), (date(2024, 2, 1), date(2024, 3, 1)));
        assert_eq!(of(Some("2026-01-30"), None), (date(2026, 1, 30), date(2026, 1, 31)));
        let hours = Span::new(Granularity::Hour, None, None, now()).expect("a span");
        assert_eq!(hours.last, datetime(2026, 1, 31, 12, 0, 0, 0));
    }

    #[test]
    fn a_span_is_bounded() {
        let refused = |granularity, start, end| span(granularity, start, end).expect_err("a refusal");
        assert_eq!(
            refused(Granularity::Day, "2026-01-02", "2026-01-01"),
            SpanRefused::EndsBeforeStart
        );
        assert_eq!(
            refused(Granularity::Day, "2026-02-01", "2026-01-31T23:59:59Z"),
            SpanRefused::EndsBeforeStart
        );
        assert!(span(Granularity::Day, "2023-01-01", "2025-09-26").is_ok(), "a thousand");
        assert_eq!(
            refused(Granularity::Day, "2023-01-01", "2025-09-27"),
            SpanRefused::TooLong
        );
        assert_eq!(
            refused(Granularity::Hour, "2025-12-01", "2026-01-31"),
            SpanRefused::TooLong
        );
        assert_eq!(
            refused(Granularity::Week, "1970-01-01", "9999-12-31"),
            SpanRefused::TooLong
        );
        assert!(span(Granularity::Hour, "2024-12-28", "2024-12-28").is_ok());
        assert_eq!(
            refused(Granularity::Hour, "2024-12-27", "2024-12-28"),
            SpanRefused::HoursGone
        );
    }

    #[test]
    fn each_event_of_the_span_is_in_one_interval() {
        let mut counts = EventCounts::default();
        for (day, hour) in [(30, 0), (30, 23), (31, 0), (31, 11)] {
            counts.add(Event::SignIn, date(2026, 1, day), hour, 1);
            counts.add(Event::SignUp, date(2026, 1, day), hour, 10);
        }
        for (granularity, start, end, values) in [
            (Granularity::Day, "2026-01-29", "2026-01-31", [0, 2, 2].as_slice()),
            (
                Granularity::Hour,
                "2026-01-30T23:00:00Z",
                "2026-01-31T01:00:00Z",
                &[1, 1, 0],
            ),
            (Granularity::Week, "2026-01-31", "2026-02-02", &[2, 0]),
            (Granularity::Month, "2026-01-30", "2026-01-30", &[2]),
        ] {
            let points = span(granularity, start, end)
                .expect("a span")
                .points(Event::SignIn, &counts);
            let found: Vec<u64> = points.iter().map(|point| point.value).collect();
            assert_eq!(found, values, "{granularity} {start} {end}");
        }
    }
}
