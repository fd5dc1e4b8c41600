//! The poller of the table's stream: hands new mail to the function `mail-outbox`, as Lambda does.
//!
//! One task has the stream. It hands over batches in order, and goes on only when a batch is done: what the function reports as
//! failed, and all behind it, is handed over again. Requests wait for the task, so that the mail they caused is in the mailbox
//! before their answer is; while mail fails or takes long, they do not.

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

/// Between two looks at the stream that nobody asked for: the next try of what failed, and what a restart left behind.
const PAUSE: Duration = Duration::from_secs(1);

/// A request that waits longer is answered, and its mail comes when it comes.
const PATIENCE: Duration = Duration::from_secs(3);

/// Whoever waits for mail; is dropped when it was looked after.
type Waiting = oneshot::Sender<()>;

/// The way from requests to the task.
#[derive(Debug)]
pub(crate) struct Outbox {
    wake: mpsc::UnboundedSender<Waiting>,
    /// Mail fails, or takes long: nobody waits for it.
    is_behind: Arc<AtomicBool>,
}

/// What the task needs.
#[derive(Debug)]
pub(crate) struct Poller {
    pub(crate) aws: Arc<LocalAws>,
    pub(crate) source: StreamSource,
    pub(crate) state: AppState,
    pub(crate) mailer: Mailer,
    pub(crate) calls: Arc<Calls>,
}

impl Outbox {
    /// The poller's work ends when the outbox is dropped.
    pub(crate) fn new(poller: Poller) -> (Self, impl Future<Output = ()> + use<>) {
        let (wake, woken) = mpsc::unbounded_channel();
        let is_behind = Arc::default();
        let polling = poller.run(woken, Arc::clone(&is_behind));
        (Self { wake, is_behind }, polling)
    }

    /// Waits until what the table says now has been sent, or has failed to be.
    pub(crate) async fn settle(&self) {
        let (waiting, settled) = oneshot::channel();
        if self.is_behind.load(Ordering::Relaxed) || self.wake.send(waiting).is_err() {
            return;
        }
        if timeout(PATIENCE, settled).await.is_err() {
            self.is_behind.store(true, Ordering::Relaxed);
        }
    }
}

impl Poller {
    async fn run(self, mut woken: mpsc::UnboundedReceiver<Waiting>, is_behind: Arc<AtomicBool>) {
        let mut batches = VecDeque::new();
        let mut ticks = interval(PAUSE);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            let mut waiting = tokio::select! {
                request = woken.recv() => match request {
                    Some(waiting) => vec![waiting],
                    None => return,
                },
                _ = ticks.tick() => Vec::new(),
            };
            // They came while it was found out that they would wait in vain.
            if is_behind.load(Ordering::Relaxed) && !waiting.is_empty() {
                continue;
            }
            while let Ok(more) = woken.try_recv() {
                waiting.push(more);
            }
            is_behind.store(!self.drain(&mut batches).await, Ordering::Relaxed);
        }
    }

    /// Whether everything was sent.
    async fn drain(&self, batches: &mut VecDeque<Vec<Value>>) -> bool {
        loop {
            // The next look at the stream acknowledges the last, so it waits until all of that is done.
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

    /// What is new in the stream and wanted, in batches.
    async fn poll(&self) -> Vec<Vec<Value>> {
        let mut events = self.aws.stream_events().await;
        let records = events
            .iter_mut()
            .filter_map(|event| event["Records"].as_array_mut())
            .flat_map(std::mem::take);
        let wanted: Vec<_> = records.filter(|record| self.source.wants(record)).collect();
        wanted.chunks(self.source.batch_size).map(<[Value]>::to_vec).collect()
    }

    /// The place of the first record in the batch that has to be handed over again.
    async fn hand_over(&self, batch: &[Value]) -> Option<usize> {
        let event: Event = match serde_json::from_value(json!({ "Records": batch })) {
            Ok(event) => event,
            Err(error) => {
                tracing::error!(%error, "a record of the stream is not what Lambda would send, and is given up");
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
