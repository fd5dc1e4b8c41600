//! The subscription of the topic of mail events: passes published messages to the function `mail-events`, as SNS and
//! Lambda do.
//!
//! A button in the mailbox waits for the delivery; messages that are published in another way are delivered by the next
//! poll. If a message fails because AWS is unavailable, it is delivered again, and the messages after it wait. A
//! message that the function refuses is dropped, where Lambda would put it into the dead-letter queue.

use std::sync::Arc;
use std::time::Duration;

use aws_lambda_events::event::sns::SnsEvent;
use local_aws::{LocalAws, Published};
use mail_events::{TakeError, TriggerError, handle_sns};
use serde_json::json;
use shared::clock::{Clock as _, SystemClock};
use shared::http::AppState;
use shared::operations::Interruption;
use shared::usage;
use tokio::sync::Mutex;
use tokio::time::{MissedTickBehavior, interval};

use crate::calls::Calls;
use crate::functions::MAIL_EVENTS;

const POLL_INTERVAL: Duration = Duration::from_secs(1);

#[derive(Debug)]
pub(crate) struct Subscription {
    aws: Arc<LocalAws>,
    state: AppState,
    calls: Arc<Calls>,
    /// How many of the messages since the start are delivered or dropped.
    done: Mutex<usize>,
}

impl Subscription {
    pub(crate) fn new(aws: Arc<LocalAws>, state: AppState, calls: Arc<Calls>) -> Self {
        Self {
            aws,
            state,
            calls,
            done: Mutex::default(),
        }
    }

    pub(crate) async fn run(self: Arc<Self>) {
        let mut ticks = interval(POLL_INTERVAL);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            self.settle().await;
        }
    }

    /// Whether the function accepts messages of the topic.
    pub(crate) fn takes(&self, topic: &str) -> bool {
        self.state.config.takes_mail_events_of(topic)
    }

    /// Delivers the messages since the last call, in order; returns whether all are delivered or dropped.
    pub(crate) async fn settle(&self) -> bool {
        let mut done = self.done.lock().await;
        for published in self.aws.published().iter().skip(*done) {
            // The other targets are phone numbers.
            if published.target.starts_with("arn:") && !self.hand_over(published).await {
                return false;
            }
            *done += 1;
        }
        true
    }

    /// Returns whether the message is delivered or dropped, so that it is not delivered again.
    async fn hand_over(&self, published: &Published) -> bool {
        let event = match event(published) {
            Ok(event) => event,
            Err(error) => {
                tracing::error!(%error, "a message is malformed and is dropped");
                return true;
            }
        };
        let handling = handle_sns(&self.state, event, SystemClock.now());
        let (handled, usage) = usage::measure(Box::pin(handling)).await;
        self.calls.count(MAIL_EVENTS, &usage);
        !matches!(
            handled,
            Err(TriggerError::Take(TakeError::Interrupted(Interruption::Unavailable)))
        )
    }
}

/// The event that Lambda would pass to the function. IAM authorizes it there, so the function does not check the
/// signature.
fn event(published: &Published) -> Result<SnsEvent, serde_json::Error> {
    let host = "https://sns.us-east-1.amazonaws.com";
    serde_json::from_value(json!({ "Records": [{
        "EventSource": "aws:sns",
        "EventVersion": "1.0",
        "EventSubscriptionArn": format!("{}:{}", published.target, published.id),
        "Sns": {
            "Type": "Notification",
            "MessageId": published.id,
            "TopicArn": published.target,
            "Subject": published.subject,
            "Message": published.message,
            "Timestamp": published.at,
            "SignatureVersion": "2",
            "Signature": "",
            "SigningCertUrl": format!("{host}/SimpleNotificationService-0.pem"),
            "UnsubscribeUrl": format!("{host}/?Action=Unsubscribe"),
            "MessageAttributes": {},
        },
    }] }))
}
