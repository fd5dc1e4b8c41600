//! What goes wrong, as the `accounts` contract tells it: `{"result": "FAILURE", "message", "data": {"code"}}`.

use axum::Json;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use serde_json::json;

use crate::domain::text::text_enum;
use crate::http::retry::with_retry_after;
use crate::operations::{ConfirmSubscriptionError, Interruption};
use crate::sns::{Malformed, NotAnEnvelope, Refused, VerifyError};

/// The codes of the document that are in use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorCode {
    ValidationError,
    Forbidden,
    NotFound,
    PayloadTooLarge,
    RateLimited,
    InternalError,
}

text_enum!(ErrorCode {
    ValidationError => "VALIDATION_ERROR",
    Forbidden => "FORBIDDEN",
    NotFound => "NOT_FOUND",
    PayloadTooLarge => "PAYLOAD_TOO_LARGE",
    RateLimited => "RATE_LIMITED",
    InternalError => "INTERNAL_ERROR",
});

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    status: StatusCode,
    code: ErrorCode,
    message: String,
    retry_after: Option<u32>,
}

impl Failure {
    pub fn new(status: StatusCode, code: ErrorCode, message: impl Into<String>) -> Self {
        Self {
            status,
            code,
            message: message.into(),
            retry_after: None,
        }
    }

    pub fn invalid(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, ErrorCode::ValidationError, message)
    }

    pub fn too_large() -> Self {
        let status = StatusCode::PAYLOAD_TOO_LARGE;
        Self::new(status, ErrorCode::PayloadTooLarge, "Request body is too large")
    }

    pub fn not_found(message: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, ErrorCode::NotFound, message)
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let body = json!({
            "result": "FAILURE",
            "message": self.message,
            "data": { "code": self.code.as_str() },
        });
        with_retry_after((self.status, Json(body)).into_response(), self.retry_after)
    }
}

impl From<Interruption> for Failure {
    fn from(interruption: Interruption) -> Self {
        match interruption {
            Interruption::TooManyRequests { retry_after } => Self {
                retry_after: Some(retry_after),
                ..Self::new(
                    StatusCode::TOO_MANY_REQUESTS,
                    ErrorCode::RateLimited,
                    "Too many requests",
                )
            },
            Interruption::Unavailable => Self {
                retry_after: Some(1),
                ..Self::new(
                    StatusCode::SERVICE_UNAVAILABLE,
                    ErrorCode::InternalError,
                    "Service unavailable",
                )
            },
            Interruption::Impersonated => Self::new(StatusCode::FORBIDDEN, ErrorCode::Forbidden, "Forbidden"),
            Interruption::Internal => Self::new(
                StatusCode::INTERNAL_SERVER_ERROR,
                ErrorCode::InternalError,
                "Operation failed",
            ),
        }
    }
}

impl From<NotAnEnvelope> for Failure {
    fn from(_: NotAnEnvelope) -> Self {
        Self::invalid("Request body is not a message of SNS")
    }
}

impl From<Malformed> for Failure {
    fn from(_: Malformed) -> Self {
        Self::invalid("The message is not a notification of SES")
    }
}

/// One answer for whatever is wrong with a message: how it failed helps nobody but those who make them up.
impl From<Refused> for Failure {
    fn from(_: Refused) -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            ErrorCode::Forbidden,
            "The message is not accepted",
        )
    }
}

impl From<VerifyError> for Failure {
    fn from(error: VerifyError) -> Self {
        match error {
            VerifyError::Refused(refused) => refused.into(),
            VerifyError::Unavailable(_) => Interruption::Unavailable.into(),
        }
    }
}

impl From<ConfirmSubscriptionError> for Failure {
    fn from(error: ConfirmSubscriptionError) -> Self {
        match error {
            ConfirmSubscriptionError::NotConfirmed(_) => Interruption::Unavailable.into(),
            ConfirmSubscriptionError::Interrupted(interruption) => interruption.into(),
        }
    }
}
