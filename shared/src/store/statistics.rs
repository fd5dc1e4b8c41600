//! Statistics: how many users and organizations there are, and events by the hour. Both are written in the commit of
//! what they count, so they are right to the unit, and a commit that is repeated counts once.
//!
//! `STATISTICS#TOTALS / SHARD#shard` holds a part of the totals, one attribute for each class of users.
//! `STATISTICS#month#lane / day#shard` holds a part of the events of a day, one attribute for each kind of event and
//! hour. `STATISTICS#MONTHS / month` sums up a month that is over. The shard is that of the id of what is counted, whose
//! last byte is random.

use std::collections::BTreeMap;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::changes::{Changes, Conflict};
use super::item::{Item, Record, integer};
use super::write::Write;
use super::{Store, StoreError, keys};
use crate::domain::statistics::{KEPT_DAYS, MonthSummary};
use crate::domain::{Event, EventCounts, OrganizationId, Totals, UserClass, UserId};

/// How long the events of a day are kept.
const KEPT: SignedDuration = SignedDuration::from_hours(24 * KEPT_DAYS);

const ORGANIZATIONS: &str = "organizations";

/// What one commit adds to the statistics.
#[derive(Debug, Default)]
pub(super) struct Tally {
    /// All counts of a commit are in one shard, that of the first one.
    shard: Option<u8>,
    users: BTreeMap<UserClass, i64>,
    organizations: i64,
    events: BTreeMap<Date, BTreeMap<(Event, i8), u64>>,
}

/// A part of the totals.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(transparent)]
struct TotalsRecord(BTreeMap<String, i64>);

impl Record for TotalsRecord {
    const KIND: &'static str = "totals";
}

/// The days of a month that is over, and how often each event happened until then.
#[derive(Debug, Serialize, Deserialize)]
#[serde(transparent)]
struct MonthRecord(BTreeMap<String, u64>);

impl Record for MonthRecord {
    const KIND: &'static str = "month";
}

/// The type of the items of events.
const EVENTS: &str = "events";

impl Store {
    /// The totals as of now. It is one call of some four read units.
    pub async fn totals(&self) -> Result<Totals, StoreError> {
        let mut totals = Totals::default();
        for item in self.table.query(keys::STATISTICS_TOTALS, "SHARD#").await? {
            for class in UserClass::all() {
                totals.add_users(class, count(&item, &class.name()));
            }
            totals.add_organizations(count(&item, ORGANIZATIONS));
        }
        Ok(totals)
    }

    /// The events of the month in which the day is. At the end of a busy month they cost some hundred read units.
    pub async fn events_of_month(&self, day: Date) -> Result<EventCounts, StoreError> {
        let mut events = EventCounts::default();
        let hours = Event::ALL.iter().flat_map(|event| (0..24).map(|hour| (*event, hour)));
        let names: Vec<_> = hours
            .map(|(event, hour)| (attribute(event, hour), event, hour))
            .collect();
        for lane in 0..keys::STATISTICS_LANES {
            for item in self.table.query(&keys::statistics_month(day, lane), "").await? {
                let Some(day) = day_of_item(day, &item) else {
                    continue;
                };
                for (name, event, hour) in &names {
                    let count = count(&item, name);
                    events.add(*event, day, *hour, u64::try_from(count).unwrap_or_default());
                }
            }
        }
        Ok(events)
    }
}

impl Store {
    /// The summaries of all months that were summed up, in their order: one call, and one read unit for some four months.
    pub async fn list_month_summaries(&self) -> Result<Vec<MonthSummary>, StoreError> {
        let items = self.table.query(keys::STATISTICS_MONTHS, "").await?;
        Ok(items.iter().filter_map(summary_of).collect())
    }
}

impl Changes {
    /// Stores the summary of a month. Two requests that sum up one month at the same time write the same.
    pub fn put_month_summary(self, summary: &MonthSummary) -> Self {
        let days = summary.days.iter();
        let days = days.map(|(event, hour, count)| (attribute(event, hour.day()), count));
        let through = summary.through.iter();
        let through = through.map(|(event, count)| (letter(*event).to_string(), *count));
        let write = Write::put(
            keys::statistics_summary(summary.month),
            &MonthRecord(days.chain(through).collect()),
        );
        // A conflict is impossible, because the write has no condition.
        self.with(write, Conflict::RecordMoved)
    }

    /// Replaces the totals by those of a full count, for a table whose users and organizations were not counted, such as
    /// that of an earlier release. A commit between the count and this one is lost from the totals if the count did not
    /// see its effect. So the count is made while few users sign up, and it may be repeated.
    pub fn set_totals(self, totals: &Totals) -> Self {
        let classes = totals.classes().map(|(class, users)| (class.name(), users));
        let counts = classes.chain([(ORGANIZATIONS.to_owned(), totals.organizations())]);
        let counts = counts.filter_map(|(name, count)| Some((name, i64::try_from(count).ok()?)));
        let whole = TotalsRecord(counts.filter(|(_, count)| *count > 0).collect());
        (0..keys::STATISTICS_SHARDS).fold(self, |changes, shard| {
            let key = keys::statistics_totals(shard);
            // A conflict is impossible, because the writes have no conditions.
            let write = if shard == 0 {
                Write::put(key, &whole)
            } else {
                Write::delete(key)
            };
            changes.with(write, Conflict::RecordMoved)
        })
    }

    /// Counts a user in the class after a change, and no longer in the class before it.
    pub(super) fn tally_user(mut self, id: UserId, before: Option<UserClass>, after: Option<UserClass>) -> Self {
        if before == after {
            return self;
        }
        let tally = self.tally.of(id.to_bytes());
        for (class, change) in [(before, -1), (after, 1)] {
            if let Some(class) = class {
                *tally.users.entry(class).or_default() += change;
            }
        }
        self
    }

    pub(super) fn tally_organizations(mut self, id: OrganizationId, change: i64) -> Self {
        self.tally.of(id.to_bytes()).organizations += change;
        self
    }

    /// Counts an event in the shard of the id.
    pub(super) fn tally_event(mut self, event: Event, id: [u8; 16], at: Timestamp) -> Self {
        let at = at.to_zoned(TimeZone::UTC);
        let hours = self.tally.of(id).events.entry(at.date()).or_default();
        *hours.entry((event, at.hour())).or_default() += 1;
        self
    }
}

impl Tally {
    fn of(&mut self, id: [u8; 16]) -> &mut Self {
        self.shard.get_or_insert(id[15] % keys::STATISTICS_SHARDS);
        self
    }

    pub fn writes(&self) -> Vec<Write> {
        let Some(shard) = self.shard else {
            return Vec::new();
        };
        let totals = self.totals(shard).into_iter();
        let days = self
            .events
            .iter()
            .filter_map(|(day, events)| day_of(*day, events, shard));
        totals.chain(days).collect()
    }

    fn totals(&self, shard: u8) -> Option<Write> {
        let classes = self.users.iter().map(|(class, change)| (class.name(), *change));
        let organizations = (ORGANIZATIONS.to_owned(), self.organizations);
        let mut changes = classes
            .chain([organizations])
            .filter(|(_, change)| *change != 0)
            .peekable();
        changes.peek()?;
        let write = Write::update(keys::statistics_totals(shard)).kind::<TotalsRecord>();
        Some(changes.fold(write, |write, (name, change)| write.add(name, change)))
    }
}

/// The write of the events of one day.
fn day_of(day: Date, events: &BTreeMap<(Event, i8), u64>, shard: u8) -> Option<Write> {
    let is_sign_up = events.keys().any(|(event, _)| *event == Event::UserCreated);
    let mut counted = events
        .iter()
        .filter(|((event, _), _)| !(is_sign_up && *event == Event::SignIn))
        .peekable();
    counted.peek()?;
    let write = Write::update(keys::statistics_day(day, shard)).counter(EVENTS);
    let write = match end_of(day) {
        Some(end) => write.expire(end),
        None => write,
    };
    Some(counted.fold(write, |write, ((event, hour), count)| {
        write.add(attribute(*event, *hour), *count)
    }))
}

/// `None` for a day at the end of the calendar.
fn end_of(day: Date) -> Option<Timestamp> {
    let start = day.to_zoned(TimeZone::UTC).ok()?;
    start.timestamp().checked_add(KEPT).ok()
}

/// The name of a count by the hour, or by the day of a month. It is short, because each write is charged by the size of
/// the item, which has up to 96 of them: that size stays below 1 kB.
fn attribute(event: Event, number: i8) -> String {
    format!("{}{number:02}", letter(event))
}

fn letter(event: Event) -> char {
    match event {
        Event::UserCreated => 'u',
        Event::SignUp => 's',
        Event::SignIn => 'l',
        Event::OrganizationCreated => 'o',
    }
}

/// `None` for an item that is no month.
fn summary_of(item: &Item) -> Option<MonthSummary> {
    let month = item.get(keys::SORT)?.as_s().ok()?;
    let month: Date = format!("{month}-01").parse().ok()?;
    let count = |attribute: &str| u64::try_from(count(item, attribute)).unwrap_or_default();
    let mut days = EventCounts::default();
    for event in Event::ALL {
        for day in 1..=month.days_in_month() {
            let at = month.with().day(day).build().ok()?;
            days.add(event, at, 0, count(&attribute(event, day)));
        }
    }
    Some(MonthSummary {
        month,
        days,
        through: Event::ALL
            .map(|event| (event, count(&letter(event).to_string())))
            .into(),
    })
}

/// The day of a stored item, in the month of `day`.
fn day_of_item(day: Date, item: &Item) -> Option<Date> {
    let (number, _) = item.get(keys::SORT)?.as_s().ok()?.split_once('#')?;
    day.with().day(number.parse().ok()?).build().ok()
}

fn count(item: &Item, attribute: &str) -> i64 {
    integer(item, attribute).unwrap_or_default()
}
