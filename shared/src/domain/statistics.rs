//! What the service counts for its administrators: users by class, organizations, and events by the hour.

use std::collections::BTreeMap;

use jiff::civil::{Date, DateTime};

use super::user::User;
use super::user_class::UserClass;

/// An event that is counted by the hour in which it was committed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Event {
    /// A user was created, in whichever way.
    UserCreated,
    /// The same on the initiative of the user, and not by an administrator, an operator or an import.
    SignUp,
    /// A session was opened for a user who authenticated. The session that a sign-up opens does not count.
    SignIn,
    OrganizationCreated,
}

/// How many users and organizations there are. Deleted users, and organizations that are being dissolved, do not count.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Totals {
    users: BTreeMap<UserClass, i64>,
    organizations: i64,
}

/// How many days the hours of events are kept, in more than a year, so that a month can be compared with that of the
/// year before. The days of events are kept for ever, once their month was summed up.
pub const KEPT_DAYS: i64 = 400;

/// How often events happened, by the hour in UTC. Where only the days are known, they count as their first hours.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EventCounts(BTreeMap<(Event, DateTime), u64>);

/// The events of a month that is over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MonthSummary {
    /// The first day of the month.
    pub month: Date,
    /// By the day.
    pub days: EventCounts,
    /// How often each event happened until the end of the month.
    pub through: BTreeMap<Event, u64>,
}

impl MonthSummary {
    /// `events` are those of the month, by the hour. Months between this one and the one before had none.
    pub fn after(before: Option<&Self>, month: Date, events: &EventCounts) -> Self {
        let mut days = EventCounts::default();
        for ((event, hour), count) in &events.0 {
            days.add(*event, hour.date(), 0, *count);
        }
        let through = Event::ALL.map(|event| {
            let earlier = before.map_or(0, |before| before.through(event));
            (event, earlier + events.total(event))
        });
        Self {
            month,
            days,
            through: through.into(),
        }
    }

    /// How often the event happened until the end of the month.
    pub fn through(&self, event: Event) -> u64 {
        self.through.get(&event).copied().unwrap_or_default()
    }
}

impl EventCounts {
    pub fn add(&mut self, event: Event, day: Date, hour: i8, count: u64) {
        if count > 0 {
            *self.0.entry((event, day.at(hour, 0, 0, 0))).or_default() += count;
        }
    }

    /// How often the event happened from one hour to the other, both inclusive.
    pub fn between(&self, event: Event, first: DateTime, last: DateTime) -> u64 {
        let found = self.0.range((event, first)..=(event, last));
        found.map(|(_, count)| count).sum()
    }

    /// Adds the counts of another time.
    pub fn extend(&mut self, other: Self) {
        self.0.extend(other.0);
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn iter(&self) -> impl Iterator<Item = (Event, DateTime, u64)> {
        self.0.iter().map(|((event, hour), count)| (*event, *hour, *count))
    }

    /// How often the event happened in all hours.
    pub fn total(&self, event: Event) -> u64 {
        let of_it = self.0.iter().filter(|((counted, _), _)| *counted == event);
        of_it.map(|(_, count)| count).sum()
    }
}

impl Event {
    pub const ALL: [Self; 4] = [Self::UserCreated, Self::SignUp, Self::SignIn, Self::OrganizationCreated];
}

impl Totals {
    pub fn count_user(&mut self, user: &User) {
        if let Some(class) = UserClass::of(user) {
            self.add_users(class, 1);
        }
    }

    pub fn count_organization(&mut self) {
        self.add_organizations(1);
    }

    pub fn add_users(&mut self, class: UserClass, change: i64) {
        *self.users.entry(class).or_default() += change;
    }

    pub fn add_organizations(&mut self, change: i64) {
        self.organizations += change;
    }

    /// The number of users in the classes.
    pub fn users(&self, is_wanted: impl Fn(UserClass) -> bool) -> u64 {
        let wanted = self.users.iter().filter(|(class, _)| is_wanted(**class));
        counted(wanted.map(|(_, users)| users).sum())
    }

    /// The wanted classes that have users.
    pub fn populated(&self, is_wanted: impl Fn(UserClass) -> bool) -> Vec<UserClass> {
        let classes = self.classes().filter(|(class, users)| *users > 0 && is_wanted(*class));
        classes.map(|(class, _)| class).collect()
    }

    pub fn organizations(&self) -> u64 {
        counted(self.organizations)
    }

    /// The number of each class, also of a class without users.
    pub fn classes(&self) -> impl Iterator<Item = (UserClass, u64)> {
        UserClass::all().map(|class| (class, counted(self.users.get(&class).copied().unwrap_or_default())))
    }
}

/// A total may be below zero while users of an earlier release, who were never counted, are deleted.
fn counted(total: i64) -> u64 {
    u64::try_from(total).unwrap_or_default()
}
