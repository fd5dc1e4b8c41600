//! Taking up a topic's offer to send us its messages. Whether the offer is genuine, and from a topic that we listen to, was decided
//! when it was verified.

use jiff::Timestamp;

use crate::operations::core::Core;
use crate::operations::interruption::Interruption;
use crate::operations::interruption::interruptible;
use crate::sns::{FetchError, Verified, Verifier};
use crate::store::{Changes, CommitError, Conflict};

#[derive(Debug, thiserror::Error)]
pub enum ConfirmSubscriptionError {
    /// The offer stands; SNS repeats it.
    #[error("SNS did not take the confirmation")]
    NotConfirmed(#[source] FetchError),
    #[error(transparent)]
    Interrupted(#[from] Interruption),
}

interruptible!(ConfirmSubscriptionError);

impl Core {
    /// Whether it was taken up now; an offer that was taken up before is not asked for again.
    pub async fn confirm_subscription(
        &self,
        verifier: &Verifier,
        offer: &Verified,
        now: Timestamp,
    ) -> Result<bool, ConfirmSubscriptionError> {
        let id = &offer.envelope().message_id;
        if self.store.is_subscription_confirmed(id).await? {
            return Ok(false);
        }
        verifier
            .confirm(offer)
            .await
            .map_err(ConfirmSubscriptionError::NotConfirmed)?;
        match self.store.commit(Changes::new().note_confirmation(id, now)).await {
            Ok(()) => {
                tracing::info!(sns.topic = %offer.envelope().topic_arn, "subscribed to a topic");
                Ok(true)
            }
            // Somebody else took it up at the same time, which SNS takes for once.
            Err(CommitError::Conflict(Conflict::MailEventSeen)) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }
}
