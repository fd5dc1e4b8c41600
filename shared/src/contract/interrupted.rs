//! The interruptions that any operation may return, in the words that several contracts share.

use http::StatusCode;

use crate::operations::Interruption;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Interrupted {
    pub status: StatusCode,
    pub message: &'static str,
    /// In seconds.
    pub retry_after: Option<u32>,
}

/// The same in every contract, because it is one organization.
pub(super) const READ_ONLY: &str = "The organization is frozen, or its plan has expired";

impl From<Interruption> for Interrupted {
    fn from(interruption: Interruption) -> Self {
        let (status, message, retry_after) = match interruption {
            Interruption::TooManyRequests { retry_after } => {
                (StatusCode::TOO_MANY_REQUESTS, "Too many requests", Some(retry_after))
            }
            Interruption::Unavailable => (StatusCode::SERVICE_UNAVAILABLE, "Service unavailable", Some(1)),
            Interruption::Impersonated => (StatusCode::FORBIDDEN, "Forbidden", None),
            Interruption::SecondFactorNotShown => (StatusCode::FORBIDDEN, "The second factor must be verified", None),
            Interruption::SessionNotFresh => (StatusCode::FORBIDDEN, "A recent sign-in is required", None),
            Interruption::SessionGone => (StatusCode::UNAUTHORIZED, "Unauthorized", None),
            Interruption::OrganizationReadOnly => (StatusCode::FORBIDDEN, READ_ONLY, None),
            Interruption::Internal(_) => (StatusCode::INTERNAL_SERVER_ERROR, "Internal server error", None),
        };
        Self {
            status,
            message,
            retry_after,
        }
    }
}
