//! The topic's subscription: hands what was published to the function `mail-events`, as SNS and Lambda do.
//!
//! Whoever presses a button in the mailbox waits for it; what is published in another way is handed over soon after. A message
//! that fails because AWS does is handed over again, and those behind it wait. What the function cannot take is given up, where
//! Lambda would keep it with the dead letters.

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

/// Between two looks at the topic that nobody asked for.
const PAUSE: Duration = Duration::from_secs(1);

#[derive(Debug)]
pub(crate) struct Subscription {
    aws: Arc<LocalAws>,
    state: AppState,
    calls: Arc<Calls>,
    /// How many of the messages since the start are done with.
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
        let mut ticks = interval(PAUSE);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            self.settle().await;
        }
    }

    /// Hands over what was published since the last time, in order; whether all of it was taken.
    pub(crate) async fn settle(&self) -> bool {
        let mut done = self.done.lock().await;
        for published in self.aws.published().iter().skip(*done) {
            // The other targets are telephones.
            if published.target.starts_with("arn:") && !self.hand_over(published).await {
                return false;
            }
            *done += 1;
        }
        true
    }

    /// Whether it is done with.
    async fn hand_over(&self, published: &Published) -> bool {
        let event = match event(published) {
            Ok(event) => event,
            Err(error) => {
                tracing::error!(%error, "a message is not what SNS would send, and is given up");
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

/// What Lambda would hand over. IAM vouches for it there, so nobody looks at the signature.
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
