//! The events that wait to be published: those that Lambda is about to publish, and those that it has given up.

use jiff::{SignedDuration, Timestamp};

use crate::domain::event::{EventKey, PendingEvents};
use crate::operations::administration::administrator::Administrator;
use crate::operations::prelude::*;

/// Lambda publishes events within seconds, so older ones are late.
const LATE_AFTER: SignedDuration = SignedDuration::from_mins(5);

/// How many are read at once.
pub(super) const AT_ONCE: usize = 100;

/// The events that wait.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WaitingEvents {
    /// Those that are late, by their owners, oldest first.
    pub late: Vec<PendingEvents>,
    /// The number of commits whose events are not late yet.
    pub recent: usize,
    /// Those that cannot be read.
    pub corrupt: Vec<EventKey>,
}

impl Core {
    /// Reads the whole table.
    pub async fn list_waiting_events(
        &self,
        _operator: Administrator,
        now: Timestamp,
    ) -> Result<WaitingEvents, Interruption> {
        let (late, recent) = self.late_events(now).await?;
        let mut waiting = WaitingEvents {
            recent,
            ..WaitingEvents::default()
        };
        for some in late.chunks(AT_ONCE) {
            for (key, found) in some.iter().zip(self.store.find_events(some).await?) {
                match found {
                    Ok(pending) => waiting.late.extend(pending),
                    Err(error) => {
                        tracing::error!(event = %key, %error, "an event cannot be read");
                        waiting.corrupt.push(key.clone());
                    }
                }
            }
        }
        Ok(waiting)
    }

    /// The keys of those that are late, and the number of the others.
    pub(super) async fn late_events(&self, now: Timestamp) -> Result<(Vec<EventKey>, usize), Interruption> {
        let waiting = self.store.list_waiting_events().await?;
        let count = waiting.len();
        let late: Vec<_> = waiting
            .into_iter()
            .filter(|key| key.id.time() + LATE_AFTER <= now)
            .collect();
        let recent = count - late.len();
        Ok((late, recent))
    }
}
