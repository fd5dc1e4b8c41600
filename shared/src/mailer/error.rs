//! Classification of SES errors: the caller retries, or gives up.

use aws_sdk_sesv2::error::{BuildError, ProvideErrorMetadata, SdkError};
use aws_sdk_sesv2::operation::send_email::SendEmailError;

#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone, Copy)]
pub enum MailerError {
    /// A temporary failure: no connection, a limit, paused sending, or a problem with the account or its settings. An
    /// operator can fix the latter, and the mail must not be lost until then.
    #[error("SES cannot accept the mail at present")]
    Unavailable {
        /// Whether SES throttles the caller.
        throttled: bool,
    },
    /// A permanent failure: a retry of this mail will never succeed.
    #[error("SES rejects the mail")]
    Rejected,
}

impl<R> From<SdkError<SendEmailError, R>> for MailerError {
    fn from(error: SdkError<SendEmailError, R>) -> Self {
        use SendEmailError as E;
        match error.as_service_error() {
            Some(E::MessageRejected(refused)) if is_about_the_account(refused.message()) => {
                Self::Unavailable { throttled: false }
            }
            Some(E::BadRequestException(_) | E::MessageRejected(_)) => Self::Rejected,
            Some(E::LimitExceededException(_) | E::TooManyRequestsException(_)) => {
                Self::Unavailable { throttled: true }
            }
            // The common front end of AWS services has its own throttling codes.
            Some(other) => Self::Unavailable {
                throttled: other.code().is_some_and(|code| code.starts_with("Throttling")),
            },
            None => Self::Unavailable { throttled: false },
        }
    }
}

/// Whether SES rejects the account and not the mail. SES uses one error code for rejected content and for an unverified
/// identity: the sender or, for an account in the sandbox, the recipient. Only the message distinguishes them.
fn is_about_the_account(message: Option<&str>) -> bool {
    message.is_some_and(|message| message.contains("not verified"))
}

/// A request that lacks a part is equally incomplete on a retry.
impl From<BuildError> for MailerError {
    fn from(_: BuildError) -> Self {
        Self::Rejected
    }
}
