//! Confirming the subscription of an SNS topic. The verifier has checked that the message is genuine, and from a topic
//! of ours.

use jiff::Timestamp;

use crate::operations::attempts::Lost;
use crate::operations::prelude::*;
use crate::sns::{FetchError, Verified, Verifier};
use crate::store::{Changes, Conflict};

refusals! {
    pub enum ConfirmSubscriptionError {
        /// The subscription stays unconfirmed; SNS sends the message again.
        NotConfirmed(#[source] FetchError): Conflict = "SNS did not take the confirmation",
    }
}

impl Core {
    /// Returns whether it was confirmed now. A subscription that was confirmed before is not confirmed again.
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
        match self
            .retries(now)
            .commit_once(Changes::new().note_confirmation(id, now))
            .await
        {
            Ok(()) => {
                tracing::info!(sns.topic = %offer.envelope().topic_arn, "subscribed to a topic");
                Ok(true)
            }
            // A parallel request confirmed it too. For SNS the confirmation is idempotent.
            Err(Lost::Refused(Conflict::MailEventSeen)) => Ok(false),
            Err(lost) => Err(lost.into()),
        }
    }
}
