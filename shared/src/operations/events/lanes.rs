//! The order of publication: owner by owner, each in the order of its events.

use std::collections::VecDeque;

use crate::domain::event::{Event, EventKey, PendingEvents};
use crate::event_bus::Verdict;

/// The waiting events of some owners.
#[derive(Debug, Default)]
pub(super) struct Lanes(Vec<Lane>);

/// The waiting events of one owner.
#[derive(Debug)]
struct Lane {
    waiting: VecDeque<PendingEvents>,
    /// How many events of the first ones are published.
    published: usize,
    /// An event was not taken, so those after it have to wait.
    is_blocked: bool,
}

/// What a verdict completes.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// All of these events are published.
    Done(EventKey),
    /// They can never be published.
    GivenUp(EventKey),
    /// More events are to come, or have to wait.
    Open,
}

impl Lanes {
    pub(super) fn add(&mut self, pending: PendingEvents) {
        let is_of_owner = |lane: &&mut Lane| {
            lane.waiting
                .front()
                .is_some_and(|first| first.key.owner == pending.key.owner)
        };
        if let Some(lane) = self.0.iter_mut().find(is_of_owner) {
            lane.waiting.push_back(pending);
            return;
        }
        self.0.push(Lane {
            waiting: VecDeque::from([pending]),
            published: 0,
            is_blocked: false,
        });
    }

    /// The lanes whose next event may be published now.
    pub(super) fn open(&self) -> Vec<usize> {
        let is_open = |lane: &usize| self.next(*lane).is_some();
        (0..self.0.len()).filter(is_open).collect()
    }

    /// The next event of a lane.
    pub(super) fn next(&self, lane: usize) -> Option<&Event> {
        let lane = self.0.get(lane).filter(|lane| !lane.is_blocked)?;
        lane.waiting.front()?.events.get(lane.published)
    }

    /// Applies the verdict on the next event of a lane.
    pub(super) fn step(&mut self, lane: usize, verdict: Verdict) -> Step {
        let Some(lane) = self.0.get_mut(lane) else {
            return Step::Open;
        };
        match verdict {
            Verdict::Published => {
                lane.published += 1;
                let is_done = |first: &&mut PendingEvents| first.events.len() == lane.published;
                match lane.waiting.front_mut().filter(is_done) {
                    Some(_) => lane.pop().map_or(Step::Open, Step::Done),
                    None => Step::Open,
                }
            }
            Verdict::Refused => lane.pop().map_or(Step::Open, Step::GivenUp),
            Verdict::Failed => {
                lane.is_blocked = true;
                Step::Open
            }
        }
    }

    /// What was not published.
    pub(super) fn left(self) -> impl Iterator<Item = EventKey> {
        self.0
            .into_iter()
            .flat_map(|lane| lane.waiting)
            .map(|pending| pending.key)
    }
}

impl Lane {
    fn pop(&mut self) -> Option<EventKey> {
        self.published = 0;
        self.waiting.pop_front().map(|pending| pending.key)
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::domain::EventId;

    fn pending(owner: &str, id: u8, count: usize) -> PendingEvents {
        let key = EventKey {
            owner: owner.to_owned(),
            id: EventId::from_bytes([id; 16]),
        };
        let event = |number| Event {
            kind: format!("{id}.{number}"),
            at: Timestamp::UNIX_EPOCH,
            detail: "{}".to_owned(),
        };
        let events = (0..count).map(event).collect();
        PendingEvents { key, events }
    }

    fn next_kinds(lanes: &Lanes) -> Vec<&str> {
        let open = lanes.open().into_iter();
        open.filter_map(|lane| Some(lanes.next(lane)?.kind.as_str())).collect()
    }

    #[test]
    fn a_failure_holds_up_its_owner_alone() {
        let mut lanes = Lanes::default();
        for pending in [pending("a", 1, 2), pending("b", 2, 1), pending("a", 3, 1)] {
            lanes.add(pending);
        }
        assert_eq!(next_kinds(&lanes), ["1.0", "2.0"]);
        assert_eq!(lanes.step(0, Verdict::Published), Step::Open);
        assert!(matches!(lanes.step(1, Verdict::Published), Step::Done(key) if key.owner == "b"));
        assert_eq!(next_kinds(&lanes), ["1.1"]);
        assert_eq!(lanes.step(0, Verdict::Failed), Step::Open);
        assert_eq!(next_kinds(&lanes), [""; 0]);
        assert_eq!(lanes.left().count(), 2);
    }

    #[test]
    fn what_can_never_be_published_holds_up_nothing() {
        let mut lanes = Lanes::default();
        lanes.add(pending("a", 1, 2));
        lanes.add(pending("a", 2, 1));
        assert!(
            matches!(lanes.step(0, Verdict::Refused), Step::GivenUp(key) if key.id == EventId::from_bytes([1; 16]))
        );
        assert_eq!(next_kinds(&lanes), ["2.0"]);
    }
}
