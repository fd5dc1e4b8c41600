//! The pollers of the table's stream: they pass new mail to the function `mail-outbox`, and new events to
//! `event-outbox`, as Lambda does. That of mail also invokes its function for mail that is due, as its schedule does, only
//! more often.
//!
//! One task for each function reads the stream. It passes on batches in order, and continues only when a batch is done: the record that
//! the function reports as failed, and all records after it, are passed on again. Requests wait for the task, so that
//! their mail is in the mailbox, and their events are on the bus, before they are answered. While one fails or is slow,
//! requests do not wait for it.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use aws_lambda_events::event::dynamodb::Event;
use aws_lambda_events::streams::DynamoDbEventResponse;
use local_aws::LocalAws;
use local_aws::template::StreamSource;
use serde_json::{Value, json};
use shared::clock::{Clock as _, SystemClock};
use shared::http::AppState;
use shared::mailer::Mailer;
use shared::operations::EventBus;
use shared::usage::{self, Usage};
use tokio::sync::{mpsc, oneshot};
use tokio::time::{MissedTickBehavior, interval, timeout};

use crate::calls::Calls;
use crate::functions::{EVENT_OUTBOX, OUTBOX};

/// The interval at which failed records, and records from before a restart, are processed without a request.
const POLL_INTERVAL: Duration = Duration::from_secs(1);

/// A request that has waited this long is answered before its mail is sent, or its events are published.
const TIMEOUT: Duration = Duration::from_secs(3);

/// A request that waits for its mail or its events. Dropping the sender ends the wait.
type Waiting = oneshot::Sender<()>;

/// The handle with which requests wait for the task.
#[derive(Debug)]
pub(crate) struct Outbox {
    wake: mpsc::UnboundedSender<Waiting>,
    /// Whether sending fails or is slow; then requests do not wait.
    is_behind: Arc<AtomicBool>,
}

/// The state of the task.
#[derive(Debug)]
pub(crate) struct Poller {
    pub(crate) aws: Arc<LocalAws>,
    pub(crate) source: StreamSource,
    pub(crate) state: AppState,
    pub(crate) handler: Handler,
    pub(crate) calls: Arc<Calls>,
    /// Whether the last mail that was tried has failed.
    pub(crate) is_failing: bool,
}

/// The function that the stream invokes.
#[derive(Debug)]
pub(crate) enum Handler {
    Mail(Mailer),
    Events(EventBus),
}

impl Handler {
    /// The name of the function, by which its calls are counted and its position in the stream is kept.
    fn name(&self) -> &'static str {
        match self {
            Self::Mail(_) => OUTBOX,
            Self::Events(_) => EVENT_OUTBOX,
        }
    }
}

impl Outbox {
    /// The returned future ends when the outbox is dropped.
    pub(crate) fn new(poller: Poller) -> (Self, impl Future<Output = ()> + use<>) {
        let (wake, woken) = mpsc::unbounded_channel();
        let is_behind = Arc::default();
        let polling = poller.run(woken, Arc::clone(&is_behind));
        (Self { wake, is_behind }, polling)
    }

    /// Waits until what is now in the outbox has been sent or has failed.
    pub(crate) async fn settle(&self) {
        let (waiting, settled) = oneshot::channel();
        if self.is_behind.load(Ordering::Relaxed) || self.wake.send(waiting).is_err() {
            return;
        }
        if timeout(TIMEOUT, settled).await.is_err() {
            self.is_behind.store(true, Ordering::Relaxed);
        }
    }
}

impl Poller {
    async fn run(mut self, mut woken: mpsc::UnboundedReceiver<Waiting>, is_behind: Arc<AtomicBool>) {
        let mut batches = VecDeque::new();
        let mut ticks = interval(POLL_INTERVAL);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            let mut waiting = tokio::select! {
                request = woken.recv() => match request {
                    Some(waiting) => vec![waiting],
                    None => return,
                },
                _ = ticks.tick() => {
                    self.deliver_due().await;
                    Vec::new()
                }
            };
            // Requests that arrived while the last attempt failed would wait in vain.
            if is_behind.load(Ordering::Relaxed) && !waiting.is_empty() {
                continue;
            }
            while let Ok(more) = woken.try_recv() {
                waiting.push(more);
            }
            let is_done = self.drain(&mut batches).await;
            is_behind.store(!is_done || self.is_failing, Ordering::Relaxed);
        }
    }

    /// Passes on all new records; returns whether all were processed.
    async fn drain(&mut self, batches: &mut VecDeque<Vec<Value>>) -> bool {
        loop {
            // The next poll acknowledges the previous one, so it waits until all of its records are processed.
            if batches.is_empty() {
                batches.extend(self.poll().await);
            }
            let Some(mut batch) = batches.pop_front() else {
                return true;
            };
            if let Some(failed) = self.hand_over(&batch).await {
                batch.drain(..failed);
                batches.push_front(batch);
                return false;
            }
        }
    }

    /// The new records of the stream that pass the filter, in batches.
    async fn poll(&self) -> Vec<Vec<Value>> {
        let mut events = match &self.handler {
            Handler::Mail(_) => self.aws.stream_events().await,
            Handler::Events(_) => self.aws.stream_events_for(EVENT_OUTBOX).await,
        };
        let records = events
            .iter_mut()
            .filter_map(|event| event["Records"].as_array_mut())
            .flat_map(std::mem::take);
        let wanted: Vec<_> = records.filter(|record| self.source.accepts(record)).collect();
        wanted.chunks(self.source.batch_size).map(<[Value]>::to_vec).collect()
    }

    async fn invoke(&self, event: Event) -> DynamoDbEventResponse {
        let core = &self.state.core;
        match &self.handler {
            Handler::Mail(mailer) => mail_outbox::handle(core, mailer, event, SystemClock.now()).await,
            Handler::Events(bus) => event_outbox::handle(core, bus, event).await,
        }
    }

    async fn deliver_due(&mut self) {
        let Handler::Mail(mailer) = &self.handler else {
            return;
        };
        let handling = mail_outbox::handle_due(&self.state.core, mailer, SystemClock.now());
        let (outcome, usage) = usage::measure(Box::pin(handling)).await;
        if outcome.is_err() || usage.ses > 0 {
            self.note(&usage);
        }
    }

    fn note(&mut self, usage: &Usage) {
        self.calls.count(self.handler.name(), usage);
        if usage.failed_mails > 0 || usage.ses > 0 {
            self.is_failing = usage.failed_mails > 0;
        }
    }

    /// Invokes the function; returns the index of the first record of the batch that has to be passed on again.
    async fn hand_over(&mut self, batch: &[Value]) -> Option<usize> {
        let event: Event = match serde_json::from_value(json!({ "Records": batch })) {
            Ok(event) => event,
            Err(error) => {
                tracing::error!(%error, "a record of the stream is malformed and is skipped");
                return None;
            }
        };
        let (response, usage) = usage::measure(Box::pin(self.invoke(event))).await;
        self.note(&usage);
        let failure = response.batch_item_failures.first()?;
        let has_failed =
            |record: &Value| record["dynamodb"]["SequenceNumber"].as_str() == failure.item_identifier.as_deref();
        Some(batch.iter().position(has_failed).unwrap_or(0))
    }
}
