//! The events of all months. A month that is over does not change, so the first reader sums it up; each later one reads
//! the summary instead of the many items of its days.

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp, ToSpan};

use crate::domain::analytics::{SETTLED, month_of};
use crate::domain::statistics::{EventCounts, KEPT_DAYS, MonthSummary};
use crate::operations::prelude::*;
use crate::store::Changes;

/// The events as of one read.
#[derive(Debug)]
pub(super) struct EventHistory {
    /// The months that are over, in their order. Those before the first one have no events.
    pub(super) summaries: Vec<MonthSummary>,
    /// The events of the months after them, by the hour.
    pub(super) recent: EventCounts,
    pub(super) recent_from: Date,
}

impl Core {
    /// Five calls, and on the first day of a month up to nine. The first request of all reads the months of more than a
    /// year, with four calls each.
    pub(super) async fn event_history(&self, now: Timestamp) -> Result<EventHistory, Interruption> {
        let mut summaries = self.store.list_month_summaries().await?;
        let recent_from = month_of(now - SETTLED);
        let mut month = match summaries.last() {
            Some(last) => next_month(last.month),
            None => month_of(now - SignedDuration::from_hours(24 * KEPT_DAYS)),
        };
        while month < recent_from {
            let events = self.store.events_of_month(month).await?;
            let next = next_month(month);
            // The chain of summaries begins with the first month that has events, or with the last month.
            if !summaries.is_empty() || !events.is_empty() || next == recent_from {
                let summary = MonthSummary::after(summaries.last(), month, &events);
                self.store.commit(Changes::new().put_month_summary(&summary)).await?;
                summaries.push(summary);
            }
            month = next;
        }
        let mut recent = self.store.events_of_month(recent_from).await?;
        let this_month = month_of(now);
        if this_month != recent_from {
            recent.extend(self.store.events_of_month(this_month).await?);
        }
        Ok(EventHistory {
            summaries,
            recent,
            recent_from,
        })
    }
}

pub(super) fn next_month(month: Date) -> Date {
    month.saturating_add(1.month())
}
