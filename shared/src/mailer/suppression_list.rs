//! The list that SES keeps for the whole account, of addresses that it does not send to. It follows ours where a deployment wants
//! that, for other senders of the account. Ours decides, so what goes wrong here is a line in the log.

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

    /// Does nothing for an address that may be written to.
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
        // On the heap, as in `Mailer::send`.
        if let Err(error) = Box::pin(request.send()).await {
            log("PutSuppressedDestination", &error);
        }
    }

    pub async fn remove(&self, address: &EmailAddress) {
        let request = self.ses.delete_suppressed_destination().email_address(address.as_str());
        usage::record_call(Service::Ses);
        match Box::pin(request.send()).await {
            Ok(_) => {}
            // Not on the list is what was wanted.
            Err(error)
                if error
                    .as_service_error()
                    .is_some_and(DeleteSuppressedDestinationError::is_not_found_exception) => {}
            Err(error) => log("DeleteSuppressedDestination", &error),
        }
    }
}

/// What SES says in words quotes the address.
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
