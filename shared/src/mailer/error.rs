//! What a refusal of SES means to the one who asked: try again, or give up.

use aws_sdk_sesv2::error::{BuildError, ProvideErrorMetadata, SdkError};
use aws_sdk_sesv2::operation::send_email::SendEmailError;

#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone, Copy)]
pub enum MailerError {
    /// Everything that may be otherwise at the next try: no connection, a limit, a pause, and whatever is wrong with the account or
    /// its settings. Somebody will put that right, and the letter must not be lost until then.
    #[error("SES cannot take the letter now")]
    Unavailable {
        /// SES asks for fewer calls.
        throttled: bool,
    },
    /// This letter will never be sent, however often it is tried.
    #[error("SES refuses the letter")]
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
            // The gate before every AWS service has its own words for it.
            Some(other) => Self::Unavailable {
                throttled: other.code().is_some_and(|code| code.starts_with("Throttling")),
            },
            None => Self::Unavailable { throttled: false },
        }
    }
}

/// SES refuses in the same way what it does not like of a letter and what it has not verified: the sender, or, of an account in
/// the sandbox, the recipient. Only its words tell them apart.
fn is_about_the_account(message: Option<&str>) -> bool {
    message.is_some_and(|message| message.contains("not verified"))
}

/// A request that lacks a part is the same at the next try.
impl From<BuildError> for MailerError {
    fn from(_: BuildError) -> Self {
        Self::Rejected
    }
}
