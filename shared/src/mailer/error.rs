//! Classification of SES errors: the caller retries, or gives up.

use aws_sdk_sesv2::error::{BuildError, ProvideErrorMetadata, SdkError};
use aws_sdk_sesv2::operation::send_email::SendEmailError;

use super::header::address_of;
use crate::domain::EmailAddress;

#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone, Copy)]
pub enum MailerError {
    /// SES takes no mail of the account now: it throttles, has paused or suspended sending, does not know the
    /// configuration set, or has not verified the sender. No mail is at fault, and none must be lost until that ends.
    #[error("SES takes no mail of the account at present")]
    AccountHeld {
        /// Whether SES throttles the caller.
        throttled: bool,
    },
    /// No connection, or an error of SES. Another mail may fare better.
    #[error("SES did not accept the mail")]
    Unavailable,
    /// The account is in the sandbox of SES, where it sends to verified recipients only.
    #[error("the recipient is not verified, which SES demands of an account in its sandbox")]
    RecipientNotVerified,
    /// A permanent failure: a retry of this mail will hardly succeed.
    #[error("SES rejects the mail")]
    Rejected,
}

impl MailerError {
    pub(super) fn of<R>(error: &SdkError<SendEmailError, R>, to: &EmailAddress) -> Self {
        use SendEmailError as E;
        match error.as_service_error() {
            Some(E::MessageRejected(refused)) => match unverified(refused.message()) {
                None => Self::Rejected,
                Some(identities) if identities.iter().all(|identity| is_of(identity, to)) => Self::RecipientNotVerified,
                Some(_) => Self::AccountHeld { throttled: false },
            },
            Some(E::BadRequestException(_)) => Self::Rejected,
            Some(E::LimitExceededException(_) | E::TooManyRequestsException(_)) => {
                Self::AccountHeld { throttled: true }
            }
            Some(
                E::AccountSuspendedException(_)
                | E::SendingPausedException(_)
                | E::MailFromDomainNotVerifiedException(_)
                | E::NotFoundException(_),
            ) => Self::AccountHeld { throttled: false },
            // The common front end of AWS services has its own codes.
            Some(other) => match other.code() {
                Some(code) if code.starts_with("Throttling") => Self::AccountHeld { throttled: true },
                Some(code) if code.starts_with("AccessDenied") => Self::AccountHeld { throttled: false },
                _ => Self::Unavailable,
            },
            None => Self::Unavailable,
        }
    }
}

/// The identities that SES has not verified: the sender or, for an account in the sandbox, the recipient. SES uses one
/// error code for them and for rejected content, and only the message distinguishes them: "Email address is not verified.
/// The following identities failed the check in region EU-CENTRAL-1: ada@example.com, Ostiary <auth@example.com>".
fn unverified(message: Option<&str>) -> Option<Vec<&str>> {
    let message = message.filter(|message| message.contains("not verified"))?;
    let (_, identities) = message.split_once("failed the check in region").unwrap_or_default();
    let (_, identities) = identities.split_once(": ").unwrap_or_default();
    // Without a list, it may be the sender.
    Some(identities.split(", ").collect())
}

fn is_of(identity: &str, to: &EmailAddress) -> bool {
    address_of(identity).trim().eq_ignore_ascii_case(to.as_str())
}

/// A request that lacks a part is equally incomplete on a retry.
impl From<BuildError> for MailerError {
    fn from(_: BuildError) -> Self {
        Self::Rejected
    }
}
