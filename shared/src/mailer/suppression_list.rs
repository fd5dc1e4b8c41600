//! The suppression list of the SES account: addresses that SES does not send to. A deployment may copy this service's
//! own list to it, for other senders of the account. The own list is authoritative, so failures here are only logged.

use std::fmt;

use aws_sdk_sesv2::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_sesv2::operation::delete_suppressed_destination::DeleteSuppressedDestinationError;
use aws_sdk_sesv2::types::SuppressionListReason;

use crate::domain::{EmailAddress, EmailStatus};
use crate::usage::{self, Service};

pub struct AccountSuppressionList {
    ses: aws_sdk_sesv2::Client,
}

impl AccountSuppressionList {
    pub fn new(ses: aws_sdk_sesv2::Client) -> Self {
        Self { ses }
    }

    /// Adds the address, unless its status permits mail.
    pub async fn add(&self, address: &EmailAddress, status: &EmailStatus) {
        let reason = match status {
            EmailStatus::Bounced { .. } => SuppressionListReason::Bounce,
            EmailStatus::Complained { .. } => SuppressionListReason::Complaint,
            EmailStatus::Deliverable | EmailStatus::SoftBounced { .. } => return,
        };
        let request = self
            .ses
            .put_suppressed_destination()
            .email_address(address.as_str())
            .reason(reason);
        usage::record_call(Service::Ses);
        // The future is boxed as in `Mailer::send`.
        if let Err(error) = Box::pin(request.send()).await {
            log("PutSuppressedDestination", &error);
        }
    }

    /// Returns whether the address is now absent from the list.
    pub async fn remove(&self, address: &EmailAddress) -> bool {
        let request = self.ses.delete_suppressed_destination().email_address(address.as_str());
        usage::record_call(Service::Ses);
        match Box::pin(request.send()).await {
            Ok(_) => true,
            // An address that is not on the list is a success.
            Err(error)
                if error
                    .as_service_error()
                    .is_some_and(DeleteSuppressedDestinationError::is_not_found_exception) =>
            {
                true
            }
            Err(error) => {
                log("DeleteSuppressedDestination", &error);
                false
            }
        }
    }
}

/// The error message of SES is not logged because it quotes the address.
fn log<E: ProvideErrorMetadata, R>(operation: &'static str, error: &SdkError<E, R>) {
    tracing::warn!(
        aws.operation = operation,
        ses.code = error.code(),
        "the account's suppression list does not follow"
    );
}

impl fmt::Debug for AccountSuppressionList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AccountSuppressionList").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use serde_json::json;

    use super::*;
    use crate::domain::Label;
    use crate::mailer::fixture::Ses;

    fn ada() -> EmailAddress {
        EmailAddress::parse("ada@example.com").unwrap()
    }

    fn bounced() -> EmailStatus {
        EmailStatus::Bounced {
            at: Timestamp::UNIX_EPOCH,
            reason: Label::of("General").unwrap(),
        }
    }

    #[tokio::test]
    async fn an_address_is_put_on_the_list_with_its_reason_and_taken_off() {
        let ses = Ses::answering(200, None);
        let list = AccountSuppressionList::new(ses.client());
        let at = Timestamp::UNIX_EPOCH;
        list.add(&ada(), &bounced()).await;
        list.add(&ada(), &EmailStatus::Complained { at }).await;
        assert!(list.remove(&ada()).await);
        let entry = |reason| json!({ "EmailAddress": "ada@example.com", "Reason": reason });
        assert_eq!(ses.requests()[..2], [entry("BOUNCE"), entry("COMPLAINT")]);
        let lines = ses.lines();
        let asked = |line: &String| line.split_once("/v2").map(|(_, path)| path.to_owned()).unwrap();
        assert_eq!(
            lines.iter().map(asked).collect::<Vec<_>>(),
            [
                "/email/suppression/addresses",
                "/email/suppression/addresses",
                "/email/suppression/addresses/ada%40example.com"
            ]
        );
        assert!(
            lines[1].starts_with("PUT") && lines[2].starts_with("DELETE"),
            "{lines:?}"
        );
    }

    #[tokio::test]
    async fn an_address_that_may_be_written_to_is_not_put_on_the_list() {
        let ses = Ses::answering(200, None);
        let list = AccountSuppressionList::new(ses.client());
        let at = Timestamp::UNIX_EPOCH;
        for status in [EmailStatus::Deliverable, EmailStatus::SoftBounced { at }] {
            list.add(&ada(), &status).await;
        }
        assert_eq!(ses.lines(), [""; 0]);
    }

    #[tokio::test]
    async fn what_ses_says_against_it_stops_nothing() {
        for (status, code, is_off_it) in [
            (404, Some("NotFoundException"), true),
            (429, Some("TooManyRequestsException"), false),
            (0, None, false),
        ] {
            let list = AccountSuppressionList::new(Ses::answering(status, code).client());
            list.add(&ada(), &bounced()).await;
            assert_eq!(list.remove(&ada()).await, is_off_it, "{code:?}");
        }
    }
}
