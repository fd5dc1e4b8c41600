//! Publishing the events that a commit left in the table. Each is published at least once, and only then deleted: a
//! repeated delivery of one that was deleted finds nothing, and one whose deletion failed is published again, with the
//! same id.
//!
//! A call to the bus has at most one event of an owner, because the bus may refuse one event of a call and take those
//! after it.

use futures_util::future::join_all;

use super::lanes::{Lanes, Step};
use crate::domain::event::{Event, EventKey};
use crate::event_bus::{EventBus, MOST_ENTRIES};
use crate::operations::prelude::*;

/// What became of some events.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Publication {
    /// They are published, and no longer wait.
    pub published: Vec<EventKey>,
    /// They have to be published again: the bus took nothing, or the deletion failed.
    pub failed: Vec<EventKey>,
    /// They can never be published. They stay in the table for an operator.
    pub given_up: Vec<EventKey>,
}

impl Core {
    /// Publishes the events at the keys that still wait, those of one owner in the order of the keys.
    pub async fn publish_events(&self, bus: &EventBus, keys: &[EventKey]) -> Result<Publication, Interruption> {
        let mut outcome = Publication::default();
        let mut lanes = Lanes::default();
        for (key, found) in keys.iter().zip(self.store.find_events(keys).await?) {
            match found {
                Ok(Some(pending)) => lanes.add(pending),
                Ok(None) => {}
                Err(error) => {
                    tracing::error!(event = %key, %error, "an event cannot be read, and is given up");
                    outcome.given_up.push(key.clone());
                }
            }
        }
        loop {
            let open = lanes.open();
            if open.is_empty() || !self.publish_next(bus, &mut lanes, &open, &mut outcome).await {
                break;
            }
        }
        outcome.failed.extend(lanes.left());
        Ok(outcome)
    }

    /// Publishes the next event of each of the lanes. `false`: the bus does not answer.
    async fn publish_next(&self, bus: &EventBus, lanes: &mut Lanes, open: &[usize], outcome: &mut Publication) -> bool {
        for some in open.chunks(MOST_ENTRIES) {
            let events: Vec<&Event> = some.iter().filter_map(|lane| lanes.next(*lane)).collect();
            let Ok(verdicts) = Box::pin(bus.publish(&events)).await else {
                return false;
            };
            let mut done = Vec::new();
            for (lane, verdict) in some.iter().zip(verdicts) {
                match lanes.step(*lane, verdict) {
                    Step::Done(key) => done.push(key),
                    Step::GivenUp(key) => {
                        tracing::error!(event = %key, "EventBridge will never take an event, so it is given up");
                        outcome.given_up.push(key);
                    }
                    Step::Open => {}
                }
            }
            let deletions = done.iter().map(|key| self.store.delete_events(key));
            let deleted = join_all(deletions).await;
            for (key, deleted) in done.into_iter().zip(deleted) {
                match deleted {
                    Ok(()) => outcome.published.push(key),
                    Err(_) => outcome.failed.push(key),
                }
            }
        }
        true
    }
}
