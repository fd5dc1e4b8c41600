//! Publishing the events that Lambda has given up, as an operator.

use jiff::Timestamp;

use crate::event_bus::EventBus;
use crate::operations::administration::administrator::Administrator;
use crate::operations::events::list_waiting_events::AT_ONCE;
use crate::operations::prelude::*;

/// Of how many commits events were published, and were not.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Redriven {
    pub published: usize,
    /// They may be tried again.
    pub failed: usize,
    /// They cannot be published.
    pub given_up: usize,
    /// They are not late yet, so Lambda is about to publish them.
    pub recent: usize,
}

impl Core {
    /// Publishes all events that are late, and reads the whole table for it. It may be stopped and repeated. At the
    /// first failure it ends.
    pub async fn redrive_events(
        &self,
        _operator: Administrator,
        bus: &EventBus,
        now: Timestamp,
    ) -> Result<Redriven, Interruption> {
        let (late, recent) = self.late_events(now).await?;
        let mut redriven = Redriven {
            recent,
            ..Redriven::default()
        };
        let mut left = late.len();
        for some in late.chunks(AT_ONCE) {
            let outcome = self.publish_events(bus, some).await?;
            left -= some.len();
            redriven.published += outcome.published.len();
            redriven.given_up += outcome.given_up.len();
            redriven.failed += outcome.failed.len();
            // Those after it may have the same owner.
            if !outcome.failed.is_empty() {
                redriven.failed += left;
                break;
            }
        }
        Ok(redriven)
    }
}
