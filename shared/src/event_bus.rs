//! Publishing events to EventBridge. This is the only module that names types of its client.

use std::fmt;

use aws_sdk_eventbridge::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_eventbridge::primitives::DateTime;
use aws_sdk_eventbridge::types::{PutEventsRequestEntry, PutEventsResultEntry};

use crate::domain::event::Event;
use crate::usage::{self, Service};

/// The source of all events, by which rules select them.
pub const SOURCE: &str = "ostiary";

/// How many events EventBridge accepts in one call.
pub const MOST_ENTRIES: usize = 10;

/// How many bytes EventBridge accepts in one call.
const MOST_BYTES: usize = 256 * 1024;

/// The share of one event, which leaves room for the time, the source and the names of all of a call.
const MOST_BYTES_OF_EVENT: usize = MOST_BYTES / MOST_ENTRIES - 1024;

/// What became of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    Published,
    /// EventBridge did not take it now.
    Failed,
    /// EventBridge will never take it.
    Refused,
}

/// EventBridge did not answer, or refused the call, so the fate of its events is unknown.
#[derive(Debug, thiserror::Error)]
#[error("EventBridge takes no events now")]
pub struct BusUnavailable;

/// An event bus.
pub struct EventBus {
    client: aws_sdk_eventbridge::Client,
    /// Its name or ARN.
    name: String,
}

impl EventBus {
    pub fn new(client: aws_sdk_eventbridge::Client, name: String) -> Self {
        Self { client, name }
    }

    /// Publishes at most [`MOST_ENTRIES`] events in one call, in their order, and returns the verdict on each. The
    /// failure of one does not prevent those after it.
    pub async fn publish(&self, events: &[&Event]) -> Result<Vec<Verdict>, BusUnavailable> {
        let is_small = |event: &Event| event.detail.len() <= MOST_BYTES_OF_EVENT;
        let mut verdicts = vec![Verdict::Refused; events.len()];
        let small = events.iter().filter(|event| is_small(event));
        let entries: Vec<_> = small.map(|event| self.entry(event)).collect();
        if entries.is_empty() {
            return Ok(verdicts);
        }
        usage::record_call(Service::EventBridge);
        let answer = Box::pin(self.client.put_events().set_entries(Some(entries)).send()).await;
        let answer = answer.map_err(|error| report(&error))?;
        let mut answers = answer.entries().iter();
        for (event, verdict) in events.iter().zip(&mut verdicts) {
            if is_small(event) {
                *verdict = answers.next().map_or(Verdict::Failed, read);
            }
        }
        let published = verdicts.iter().filter(|verdict| **verdict == Verdict::Published);
        published.for_each(|_| usage::record_event());
        Ok(verdicts)
    }

    fn entry(&self, event: &Event) -> PutEventsRequestEntry {
        PutEventsRequestEntry::builder()
            .event_bus_name(&self.name)
            .source(SOURCE)
            .detail_type(&event.kind)
            .detail(&event.detail)
            .time(DateTime::from_millis(event.at.as_millisecond()))
            .build()
    }
}

fn read(entry: &PutEventsResultEntry) -> Verdict {
    let Some(code) = entry.error_code() else {
        return Verdict::Published;
    };
    tracing::error!(
        aws.code = code,
        error = entry.error_message(),
        "EventBridge did not take an event"
    );
    match code {
        "MalformedDetail" | "InvalidArgument" => Verdict::Refused,
        _ => Verdict::Failed,
    }
}

fn report<E: ProvideErrorMetadata, R>(error: &SdkError<E, R>) -> BusUnavailable {
    let code = error.code().unwrap_or("none");
    let message = error.message().unwrap_or("no message");
    tracing::error!(
        aws.operation = "PutEvents",
        aws.code = code,
        error = message,
        "EventBridge did not answer"
    );
    BusUnavailable
}

impl fmt::Debug for EventBus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EventBus")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}
