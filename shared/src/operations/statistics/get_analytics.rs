//! The events of a metric in a span of time, by intervals.

use jiff::Timestamp;

use crate::domain::analytics::{Bound, DataPoint, Granularity, Metric, Span, SpanRefused};
use crate::operations::platform_administrators::AdminCaller;
use crate::operations::prelude::*;
use crate::operations::statistics::event_history::next_month;

#[derive(Debug, Clone, Copy)]
pub struct ShowAnalytics {
    pub metric: Metric,
    pub granularity: Granularity,
    pub start: Option<Bound>,
    pub end: Option<Bound>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Analytics {
    /// In the order of time, without gaps.
    pub points: Vec<DataPoint>,
    pub total: u64,
}

refusals! {
    pub enum GetAnalyticsError {}
    of {
        Refused(#[from] SpanRefused) = "{0}",
    }
}

impl Core {
    pub async fn get_analytics(
        &self,
        _: &AdminCaller,
        command: ShowAnalytics,
        now: Timestamp,
    ) -> Result<Analytics, GetAnalyticsError> {
        let span = Span::new(command.granularity, command.start, command.end, now)?;
        let history = self.event_history(now).await?;
        let mut counts = history.recent;
        let mut month = span.first.date().first_of_month();
        if span.granularity == Granularity::Hour {
            // The summaries have days alone. A span of hours touches three months at most.
            while month < history.recent_from && month <= span.last.date() {
                counts.extend(self.store.events_of_month(month).await?);
                month = next_month(month);
            }
        } else {
            let wanted = history.summaries.into_iter().filter(|summary| summary.month >= month);
            wanted.for_each(|summary| counts.extend(summary.days));
        }
        let points = span.points(command.metric.event(), &counts);
        Ok(Analytics {
            total: points.iter().map(|point| point.value).sum(),
            points,
        })
    }
}
