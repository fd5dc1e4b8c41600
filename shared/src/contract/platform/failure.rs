//! The error envelope of the `platform` contract: `{statusCode, error, message}`, `code` where the
//! status alone does not say enough, and `details` for the invalid fields.

mod admin_organization;
mod admin_user;
mod administrator;
mod auth;
mod key;
mod organization;
mod policy;
mod social;
mod statistics;

use axum::Json;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use serde::Serialize;

use crate::contract::failures::{OfKind, failures};
use crate::contract::fields::{Issue, Problem};
use crate::contract::interrupted::Interrupted;
use crate::contract::reading::BodyRefused;
use crate::contract::weak_password;
use crate::domain::password::WeakPassword;
use crate::http::retry::with_retry_after;
use crate::operations::{Interruption, RefusalKind, ShowProfileError, UpdateUserError};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    status: StatusCode,
    message: String,
    /// For programs, where the status alone does not say enough.
    code: Option<&'static str>,
    details: Vec<Detail>,
    retry_after: Option<u32>,
}

/// One invalid field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Detail {
    /// Empty for the body itself.
    field: String,
    message: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Envelope {
    status_code: u16,
    error: &'static str,
    message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<&'static str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    details: Vec<Detail>,
}

impl Failure {
    pub fn new(status: StatusCode, message: impl Into<String>) -> Self {
        Self {
            status,
            message: message.into(),
            code: None,
            details: Vec::new(),
            retry_after: None,
        }
    }

    /// The message and the invalid fields in one line.
    pub(super) fn summary(&self) -> String {
        let details = self.details.iter();
        let details: Vec<String> = details
            .map(|Detail { field, message }| format!("{field} {message}").trim().to_owned())
            .collect();
        if details.is_empty() {
            self.message.clone()
        } else {
            details.join(", ")
        }
    }

    pub fn bad_request(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, message)
    }

    pub fn registration_closed() -> Self {
        Self::bad_request("Registration is closed")
    }

    pub fn unauthorized() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "Unauthorized")
    }

    pub fn forbidden(message: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, message)
    }

    /// The same with a code for programs.
    #[must_use]
    fn with_code(self, code: &'static str) -> Self {
        Self {
            code: Some(code),
            ..self
        }
    }

    pub fn not_found(message: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, message)
    }

    /// A field whose value the operation refuses, in the form of fields that do not parse.
    fn invalid(field: &str, message: impl Into<String>) -> Self {
        let detail = Detail {
            field: field.to_owned(),
            message: message.into(),
        };
        Self::validation([detail])
    }

    fn validation(details: impl IntoIterator<Item = Detail>) -> Self {
        Self {
            details: details.into_iter().collect(),
            ..Self::bad_request("Validation failed")
        }
    }

    /// A new password that is refused. `field` is the one that it was sent in.
    pub fn weak_password(field: &str, weak: WeakPassword) -> Self {
        Self::invalid(field, weak_password::message(weak))
    }

    pub(super) fn conflict(message: impl Into<String>) -> Self {
        Self::new(StatusCode::CONFLICT, message)
    }
}

impl OfKind for Failure {
    fn of_kind(kind: RefusalKind, message: &'static str) -> Self {
        let status = match kind {
            RefusalKind::Unauthenticated => StatusCode::UNAUTHORIZED,
            RefusalKind::Forbidden => StatusCode::FORBIDDEN,
            RefusalKind::NotFound => StatusCode::NOT_FOUND,
            RefusalKind::Conflict | RefusalKind::Limit => StatusCode::CONFLICT,
            RefusalKind::Expired | RefusalKind::Invalid => StatusCode::BAD_REQUEST,
        };
        Self::new(status, message)
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let envelope = Envelope {
            status_code: self.status.as_u16(),
            error: self.status.canonical_reason().unwrap_or("Error"),
            message: self.message,
            code: self.code,
            details: self.details,
        };
        with_retry_after((self.status, Json(envelope)).into_response(), self.retry_after)
    }
}

impl From<BodyRefused> for Failure {
    fn from(refused: BodyRefused) -> Self {
        match refused {
            BodyRefused::TooLarge => Self::new(StatusCode::PAYLOAD_TOO_LARGE, "Request body is too large"),
            BodyRefused::UnsupportedType { .. } => Self::bad_request("Content-Type must be application/json"),
            BodyRefused::UnsupportedEncoding => {
                Self::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "Content-Encoding is not supported")
            }
            BodyRefused::NotJson => Self::bad_request("Request body is not valid JSON"),
            BodyRefused::Invalid(issues) => Self::validation(issues.iter().map(Detail::from)),
        }
    }
}

impl From<&Issue> for Detail {
    fn from(issue: &Issue) -> Self {
        let message = match issue.problem {
            Problem::WrongType {
                received: "undefined", ..
            } => "is required".to_owned(),
            Problem::WrongType { expected: "object", .. } => "must be an object".to_owned(),
            Problem::WrongType { expected, .. } => format!("must be a {expected}"),
            Problem::NotAnEmail => "must be an email address".to_owned(),
            Problem::NotPlain => "must not hold invisible characters".to_owned(),
            Problem::TooShort { min } => format!("must have at least {min} characters"),
            Problem::TooLong { max } => format!("must have at most {max} characters"),
        };
        Self {
            field: issue.path.join("."),
            message,
        }
    }
}

impl From<Interruption> for Failure {
    fn from(interruption: Interruption) -> Self {
        let code = match interruption {
            Interruption::SecondFactorNotShown => Some("SECOND_FACTOR_REQUIRED"),
            Interruption::SessionNotFresh => Some("SESSION_NOT_FRESH"),
            Interruption::TooManyRequests { .. }
            | Interruption::Unavailable
            | Interruption::Impersonated
            | Interruption::SessionGone
            | Interruption::OrganizationReadOnly
            | Interruption::Internal(_) => None,
        };
        let Interrupted {
            status,
            message,
            retry_after,
        } = interruption.into();
        Self {
            code,
            retry_after,
            ..Self::new(status, message)
        }
    }
}

failures! {
    ShowProfileError {
        E::Gone => Failure::unauthorized(),
    }

    UpdateUserError {
        E::UsernameTaken => "Username already exists",
        E::UsernameReserved => Failure::invalid("username", "is reserved"),
        E::PhoneTaken => "Phone number already exists",
    }
}
