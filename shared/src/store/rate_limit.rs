//! Counters of rate limits and of failed attempts at passwords: a set of marks, one for each event. Most are items of
//! their own, `RATE#limit#subject / HITS`, which expire; those of a name are part of its item, so that one read finds
//! the owner, too.
//!
//! An event adds its own mark under the condition that there is room, and removes it if it is given back, so a repeated
//! write has no further effect. The set is pruned only when it is full. A counter may also count consecutive failures,
//! over all time, up to a cap.

use std::collections::BTreeSet;

use aws_sdk_dynamodb::types::AttributeValue;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::changes::{Changes, CommitError, Conflict};
use super::condition::{Condition, absent, below, is};
use super::item::{CorruptItem, Item, Record, from_item, number, ttl};
use super::keys::{self, Key, TTL};
use super::write::Write;
use super::{Store, StoreError};
use crate::domain::{LimitReached, Mail, Marks, Window};
use crate::entropy::{Entropy, OsEntropy};

const MARKS: &str = "attempts";
const FAILURES: &str = "failures";

/// How long consecutive failures are stored. If a made-up name were forgotten sooner than an existing one, the end of
/// its lock would reveal which of the two it is (enumeration).
pub(super) const FAILURES_KEPT: SignedDuration = SignedDuration::from_hours(90 * 24);

#[derive(Debug, Serialize, Deserialize)]
struct CounterRecord {
    #[serde(default)]
    attempts: BTreeSet<u64>,
    #[serde(default)]
    failures: u32,
}

impl Record for CounterRecord {
    const KIND: &'static str = "rate_counter";
}

/// The counter of a limit for one subject, as it was last read.
#[derive(Debug, Clone)]
pub struct Counter {
    key: Key,
    kind: &'static str,
    window: Window,
    /// The mark of this event.
    mark: u64,
    marks: Marks,
    failures: u32,
    cap: Option<Cap>,
    /// The item has an expiry of its own, which a counted event must not change.
    keeps_expiry: bool,
}

/// The number of consecutive failures after which no further attempt is possible, and the mail of the last one.
#[derive(Debug, Clone)]
pub struct Cap {
    pub failures: u32,
    pub mail: Option<Mail>,
}

/// What a commit does with a counter. The counter is decided upon again if it changed since it was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Use {
    /// Adds the event.
    Count,
    /// Adds nothing, and requires that there is room for the event.
    RequireRoom,
    /// The attempt was successful: the same, and the attempts before it no longer count.
    Succeed,
}

/// The writes that a use of a counter consists of.
#[derive(Debug)]
pub(super) struct Step<'a> {
    pub write: Write,
    /// The mail of the last failure before the cap, which is a further item.
    pub mail: Option<&'a Mail>,
}

impl Counter {
    /// As if it was never used, which a commit corrects.
    pub fn unread(window: &Window) -> Self {
        let entropy: &dyn Entropy = &OsEntropy;
        Self {
            key: keys::counter(window),
            kind: CounterRecord::KIND,
            mark: Marks::mark(window.at, u32::from_be_bytes(entropy.bytes())),
            window: window.clone(),
            marks: Marks::default(),
            failures: 0,
            cap: None,
            keeps_expiry: false,
        }
    }

    /// The counter of a budget of mails. The mark is that of the mail, so that a mail counts once, however often its
    /// delivery is tried.
    pub fn of_mail(window: &Window, mail: &Mail) -> Self {
        let [.., a, b, c, d] = mail.id.to_bytes();
        Self {
            mark: Marks::mark(mail.created_at, u32::from_be_bytes([a, b, c, d])),
            ..Self::unread(window)
        }
    }

    /// The same, with a cap of consecutive failures.
    #[must_use]
    pub fn capped(self, failures: u32) -> Self {
        let cap = Some(Cap { failures, mail: None });
        Self { cap, ..self }
    }

    /// The mail is sent if the event is the last failure before the cap.
    #[must_use]
    pub fn with_mail(mut self, mail: Mail) -> Self {
        if let Some(cap) = &mut self.cap {
            cap.mail = Some(mail);
        }
        self
    }

    /// The counter in an item of another kind.
    #[must_use]
    pub(super) fn within(self, key: Key, kind: &'static str) -> Self {
        Self {
            key,
            kind,
            keeps_expiry: true,
            ..self
        }
    }

    pub(super) fn key(&self) -> &Key {
        &self.key
    }

    #[cfg(test)]
    pub(super) fn events(&self) -> usize {
        self.marks.0.len()
    }

    pub(super) fn read(mut self, item: Option<Item>) -> Result<Self, CorruptItem> {
        self.refresh(item)?;
        Ok(self)
    }

    pub(super) fn refresh(&mut self, item: Option<Item>) -> Result<(), CorruptItem> {
        let record = item.map(from_item::<CounterRecord>).transpose()?;
        (self.marks, self.failures) = record.map_or_else(Default::default, |it| (Marks(it.attempts), it.failures));
        Ok(())
    }

    /// Whether one more event is possible.
    pub fn expect_room(&self) -> Result<(), LimitReached> {
        if self.cap.as_ref().is_some_and(|cap| self.failures >= cap.failures) {
            let seconds = self.window.limit.per.as_secs();
            return Err(LimitReached {
                retry_after: u32::try_from(seconds).unwrap_or(u32::MAX),
            });
        }
        // An event that was counted before needs no room of its own: its write is repeated.
        if self.marks.0.contains(&self.mark) {
            return Ok(());
        }
        self.marks.expect_room(&self.window)
    }

    pub(super) fn step(&self, used: Use) -> Result<Step<'_>, LimitReached> {
        self.expect_room()?;
        Ok(match used {
            Use::Count => self.count(),
            Use::RequireRoom => Step::of(self.require_room()),
            Use::Succeed => Step::of(self.succeed()),
        })
    }

    fn count(&self) -> Step<'_> {
        let mut write = self.update();
        write = if self.is_full() {
            let mut kept = self.marks.within(&self.window).0;
            kept.insert(self.mark);
            write.set(MARKS, numbers(kept))
        } else {
            write.add_to_set(MARKS, numbers([self.mark]))
        };
        write = if self.keeps_expiry {
            write.set_if_absent(TTL, ttl(self.expiry()))
        } else {
            write.expire(self.expiry())
        };
        write = write.counter(self.kind).when(self.has_room());
        let Some(cap) = &self.cap else { return Step::of(write) };
        let write = write.add(FAILURES, 1);
        if self.failures + 1 < cap.failures {
            let before = absent(FAILURES).or(below(FAILURES, number(cap.failures - 1)));
            return Step::of(write.when(before));
        }
        // The last failure is counted only as such, so its mail is sent once.
        let last = match self.failures {
            0 => absent(FAILURES),
            failures => is(FAILURES, number(failures)),
        };
        Step {
            write: write.when(last),
            mail: cap.mail.as_ref(),
        }
    }

    fn require_room(&self) -> Write {
        if !self.is_full() {
            return Write::check(self.key.clone(), self.is_open());
        }
        let kept = self.marks.within(&self.window).0;
        let write = self.update().when(self.is_open());
        if kept.is_empty() {
            write.remove(MARKS)
        } else {
            write.set(MARKS, numbers(kept))
        }
    }

    fn succeed(&self) -> Write {
        if self.marks.0.is_empty() && self.failures == 0 {
            return self.require_room();
        }
        // An item that was deleted in the meantime must not be created again without an expiry.
        let mut write = self.update().when_exists().when(self.is_open());
        if !self.marks.0.is_empty() {
            write = write.remove_from_set(MARKS, numbers(self.marks.0.iter().copied()));
        }
        if self.failures > 0 {
            write = write.remove(FAILURES);
        }
        write
    }

    fn update(&self) -> Write {
        Write::update(self.key.clone())
    }

    fn expiry(&self) -> Timestamp {
        let kept = if self.cap.is_some() {
            FAILURES_KEPT
        } else {
            self.window.limit.per
        };
        self.window.at + kept.max(self.window.limit.per)
    }

    /// Full of marks, of which some no longer count.
    fn is_full(&self) -> bool {
        self.marks.0.len() >= self.window.limit.max as usize
    }

    fn has_room(&self) -> Condition {
        if self.is_full() {
            is(MARKS, numbers(self.marks.0.iter().copied()))
        } else {
            let room = Condition::CompareSize(MARKS, "<", number(self.window.limit.max));
            absent(MARKS).or(room)
        }
    }

    /// Room for the event, and fewer failures than the cap.
    fn is_open(&self) -> Condition {
        match &self.cap {
            Some(cap) => self
                .has_room()
                .and(absent(FAILURES).or(below(FAILURES, number(cap.failures)))),
            None => self.has_room(),
        }
    }
}

impl Step<'_> {
    fn of(write: Write) -> Self {
        Self { write, mail: None }
    }
}

fn numbers(marks: impl IntoIterator<Item = u64>) -> AttributeValue {
    AttributeValue::Ns(marks.into_iter().map(|mark| mark.to_string()).collect())
}

impl Store {
    /// Counts one event.
    pub async fn count(&self, window: &Window) -> Result<Result<(), LimitReached>, StoreError> {
        match self.commit(Changes::new().count(window)).await {
            Ok(()) => Ok(Ok(())),
            Err(CommitError::Conflict(Conflict::LimitReached(reached))) => Ok(Err(reached)),
            // The commit has no other condition.
            Err(CommitError::Conflict(_)) => Err(StoreError::Throttled),
            Err(CommitError::Store(error)) => Err(error),
        }
    }

    pub async fn find_counter(&self, window: &Window) -> Result<Counter, StoreError> {
        let counter = Counter::unread(window);
        let item = self.table.get(counter.key()).await?;
        Ok(counter.read(item)?)
    }
}

impl Changes {
    /// Counts one event in the same commit as the other changes.
    pub fn count(self, window: &Window) -> Self {
        self.count_event(&Counter::unread(window))
    }

    /// The same, with a counter that was read, or whose event may be given back.
    pub fn count_event(self, counter: &Counter) -> Self {
        self.with_counter(counter.clone(), Use::Count)
    }

    /// Requires that there is room for an event, which does not count because it is a success.
    pub fn require_room(self, counter: &Counter) -> Self {
        self.with_counter(counter.clone(), Use::RequireRoom)
    }

    /// Requires that there is room for a successful attempt. The attempts that were read no longer count.
    pub fn forgive_attempts(self, counter: &Counter) -> Self {
        self.with_counter(counter.clone(), Use::Succeed)
    }

    /// Ends a series of consecutive failures, without a condition on it.
    pub fn end_failures(self, counter: &Counter) -> Self {
        if counter.failures == 0 {
            return self;
        }
        let write = counter.update().when_exists().remove(FAILURES);
        self.with(write, Conflict::UserMoved)
    }

    /// Gives an event back that this request has counted.
    pub fn give_back(self, counter: &Counter) -> Self {
        let write = counter.update().when_exists();
        let write = write.remove_from_set(MARKS, numbers([counter.mark]));
        self.with(write, Conflict::UserMoved)
    }
}

/// Forgets all attempts at a name.
pub(super) fn without_attempts(write: Write) -> Write {
    write.remove(MARKS).remove(FAILURES)
}
