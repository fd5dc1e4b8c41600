//! Statistics and analytics in the `platform` contract.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use serde::{Serialize, Serializer};

use crate::contract::fields::parsers::one_of;
use crate::contract::fields::{Fields, Read, request};
use crate::domain::analytics::{Bound, DataPoint, Granularity, Metric};
use crate::operations::{Analytics, ShowAnalytics, SystemStats};

request! {
    pub struct AnalyticsQuery {
        metric: Metric = one_of("metric", Metric::Users, "metric: users, organizations, logins or signups"),
        granularity: Granularity = one_of("granularity", Granularity::Day, "granularity: hour, day, week or month"),
        start: Option<Bound> = bound("startDate"),
        end: Option<Bound> = bound("endDate"),
    }
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SystemStatsResponse {
    total_users: u64,
    active_users: u64,
    total_organizations: u64,
    total_logins: u64,
    new_users_this_month: u64,
    new_organizations_this_month: u64,
}

#[derive(Debug, Serialize)]
pub struct AnalyticsResponse {
    metric: &'static str,
    granularity: &'static str,
    data: Vec<AnalyticsDataPoint>,
    total: u64,
}

#[derive(Debug, Serialize)]
struct AnalyticsDataPoint {
    /// The start of the interval: a day, or a time where the intervals are hours.
    date: PointDate,
    value: u64,
}

#[derive(Debug)]
enum PointDate {
    Day(Date),
    Hour(DateTime),
}

impl AnalyticsQuery {
    pub fn command(&self) -> ShowAnalytics {
        ShowAnalytics {
            metric: self.metric,
            granularity: self.granularity,
            start: self.start,
            end: self.end,
        }
    }
}

impl AnalyticsResponse {
    pub fn of(analytics: Analytics, query: &AnalyticsQuery) -> Self {
        let date = |start: DateTime| match query.granularity {
            Granularity::Hour => PointDate::Hour(start),
            Granularity::Day | Granularity::Week | Granularity::Month => PointDate::Day(start.date()),
        };
        let shown = |point: DataPoint| AnalyticsDataPoint {
            date: date(point.start),
            value: point.value,
        };
        Self {
            metric: query.metric.as_str(),
            granularity: query.granularity.as_str(),
            data: analytics.points.into_iter().map(shown).collect(),
            total: analytics.total,
        }
    }
}

impl From<SystemStats> for SystemStatsResponse {
    fn from(stats: SystemStats) -> Self {
        Self {
            total_users: stats.users,
            active_users: stats.active_users,
            total_organizations: stats.organizations,
            total_logins: stats.sign_ins,
            new_users_this_month: stats.new_users_this_month,
            new_organizations_this_month: stats.new_organizations_this_month,
        }
    }
}

impl Serialize for PointDate {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Day(day) => serializer.collect_str(&day.strftime("%Y-%m-%d")),
            Self::Hour(hour) => serializer.collect_str(&hour.strftime("%Y-%m-%dT%H:%M:%S.000Z")),
        }
    }
}

fn bound(fields: &mut Fields<'_>, name: &str) -> Read<Option<Bound>> {
    match fields.optional_string(name)? {
        None => Some(None),
        Some(text) => match parse_bound(text) {
            Some(bound) => Some(Some(bound)),
            None => fields.not_a(name, "date (YYYY-MM-DD) or time (RFC 3339) after 1969"),
        },
    }
}

/// The parsers of the library accept further forms, such as a time zone in brackets.
fn parse_bound(text: &str) -> Option<Bound> {
    let (day, time) = text.split_at_checked("YYYY-MM-DD".len())?;
    let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let parts: Vec<&str> = day.split('-').collect();
    if !matches!(parts[..], [year, month, day] if [year.len(), month.len(), day.len()] == [4, 2, 2])
        || !parts.iter().copied().all(is_digits)
    {
        return None;
    }
    if time.is_empty() {
        let day: Date = day.parse().ok()?;
        (day.year() >= 1970).then_some(Bound::Day(day))
    } else if time.starts_with(['T', 't']) && !time.contains('[') {
        let time: Timestamp = text.parse().ok()?;
        (time >= Timestamp::UNIX_EPOCH).then_some(Bound::Time(time))
    } else {
        None
    }
}
