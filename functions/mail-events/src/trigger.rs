//! Lambda's own trigger. IAM authorizes SNS to call it, so its messages need no signature; a configured list of topics
//! applies here too.

use aws_lambda_events::event::sns::{SnsEvent, SnsMessage};
use jiff::Timestamp;
use shared::http::AppState;

use crate::message::{TakeError, take};

/// Lambda retries the event twice, and then moves it to the dead-letter queue.
#[derive(Debug, thiserror::Error)]
pub enum TriggerError {
    #[error("a message from {0} is not for us")]
    Topic(String),
    #[error(transparent)]
    Take(#[from] TakeError),
}

/// SNS delivers one message per event, so a failure affects no other message.
pub async fn handle_sns(state: &AppState, event: SnsEvent, now: Timestamp) -> Result<(), TriggerError> {
    for record in event.records {
        let id = record.sns.message_id.clone();
        if let Err(error) = handle(state, record.sns, now).await {
            tracing::error!(sns.message_id = id, %error, "a message of SNS was not taken");
            return Err(error);
        }
    }
    Ok(())
}

async fn handle(state: &AppState, message: SnsMessage, now: Timestamp) -> Result<(), TriggerError> {
    if !state.config.takes_mail_events_of(&message.topic_arn) {
        return Err(TriggerError::Topic(message.topic_arn));
    }
    take(&state.core, &message.message, now).await?;
    Ok(())
}
