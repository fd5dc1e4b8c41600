//! The poller of the table's stream: passes new mail to the function `mail-outbox`, as Lambda does.
//!
//! One task reads the stream. It passes on batches in order, and continues only when a batch is done: the record that
//! the function reports as failed, and all records after it, are passed on again. Requests wait for the task, so that
//! their mail is in the mailbox before they are answered. While mail fails or is slow, requests do not wait.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use aws_lambda_events::event::dynamodb::Event;
use local_aws::LocalAws;
use local_aws::template::StreamSource;
use serde_json::{Value, json};
use shared::clock::{Clock as _, SystemClock};
use shared::http::AppState;
use shared::mailer::Mailer;
use shared::usage;
use tokio::sync::{mpsc, oneshot};
use tokio::time::{MissedTickBehavior, interval, timeout};

use crate::calls::Calls;
use crate::functions::OUTBOX;

/// The interval at which failed records, and records from before a restart, are processed without a request.
const POLL_INTERVAL: Duration = Duration::from_secs(1);

/// A request that has waited this long is answered before its mail is sent.
const TIMEOUT: Duration = Duration::from_secs(3);

/// A request that waits for its mail. Dropping the sender ends the wait.
type Waiting = oneshot::Sender<()>;

/// The handle with which requests wait for the task.
#[derive(Debug)]
pub(crate) struct Outbox {
    wake: mpsc::UnboundedSender<Waiting>,
    /// Whether mail fails or is slow; then requests do not wait.
    is_behind: Arc<AtomicBool>,
}

/// The state of the task.
#[derive(Debug)]
pub(crate) struct Poller {
    pub(crate) aws: Arc<LocalAws>,
    pub(crate) source: StreamSource,
    pub(crate) state: AppState,
    pub(crate) mailer: Mailer,
    pub(crate) calls: Arc<Calls>,
}

impl Outbox {
    /// The returned future ends when the outbox is dropped.
    pub(crate) fn new(poller: Poller) -> (Self, impl Future<Output = ()> + use<>) {
        let (wake, woken) = mpsc::unbounded_channel();
        let is_behind = Arc::default();
        let polling = poller.run(woken, Arc::clone(&is_behind));
        (Self { wake, is_behind }, polling)
    }

    /// Waits until the mail that is now in the outbox has been sent or has failed.
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
    async fn run(self, mut woken: mpsc::UnboundedReceiver<Waiting>, is_behind: Arc<AtomicBool>) {
        let mut batches = VecDeque::new();
        let mut ticks = interval(POLL_INTERVAL);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            let mut waiting = tokio::select! {
                request = woken.recv() => match request {
                    Some(waiting) => vec![waiting],
                    None => return,
                },
                _ = ticks.tick() => Vec::new(),
            };
            // Requests that arrived while the last attempt failed would wait in vain.
            if is_behind.load(Ordering::Relaxed) && !waiting.is_empty() {
                continue;
            }
            while let Ok(more) = woken.try_recv() {
                waiting.push(more);
            }
            is_behind.store(!self.drain(&mut batches).await, Ordering::Relaxed);
        }
    }

    /// Passes on all new records; returns whether all were processed.
    async fn drain(&self, batches: &mut VecDeque<Vec<Value>>) -> bool {
        loop {
            // The next poll acknowledges the previous one, so it waits until all of its records are processed.
            if batches.is_empty() {
                batches.extend(self.poll().await);
            }
            let Some(batch) = batches.front_mut() else { return true };
            if let Some(failed) = self.hand_over(batch).await {
                batch.drain(..failed);
                return false;
            }
            batches.pop_front();
        }
    }

    /// The new records of the stream that pass the filter, in batches.
    async fn poll(&self) -> Vec<Vec<Value>> {
        let mut events = self.aws.stream_events().await;
        let records = events
            .iter_mut()
            .filter_map(|event| event["Records"].as_array_mut())
            .flat_map(std::mem::take);
        let wanted: Vec<_> = records.filter(|record| self.source.accepts(record)).collect();
        wanted.chunks(self.source.batch_size).map(<[Value]>::to_vec).collect()
    }

    /// Invokes the function; returns the index of the first record of the batch that has to be passed on again.
    async fn hand_over(&self, batch: &[Value]) -> Option<usize> {
        let event: Event = match serde_json::from_value(json!({ "Records": batch })) {
            Ok(event) => event,
            Err(error) => {
                tracing::error!(%error, "a record of the stream is malformed and is skipped");
                return None;
            }
        };
        let handling = mail_outbox::handle(&self.state.core, &self.mailer, event, SystemClock.now());
        let (response, usage) = usage::measure(Box::pin(handling)).await;
        self.calls.count(OUTBOX, &usage);
        let failure = response.batch_item_failures.first()?;
        let has_failed =
            |record: &Value| record["dynamodb"]["SequenceNumber"].as_str() == failure.item_identifier.as_deref();
        Some(batch.iter().position(has_failed).unwrap_or(0))
    }
}
