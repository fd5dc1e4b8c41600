//! The error envelope of the `basic` contract: `{"detail": ...}`, with a text or a list of invalid fields.

use axum::Json;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use serde_json::{Value, json};

use crate::captcha::CaptchaRefused;
use crate::contract::failures::{OfKind, failures};
use crate::contract::fields::{Issue, Problem};
use crate::contract::interrupted::READ_ONLY;
use crate::contract::reading::BodyRefused;
use crate::domain::SignUpRefused;
use crate::domain::password::WeakPassword;
use crate::domain::user::AccountBlocked;
use crate::http::retry::with_retry_after;
use crate::operations::{AcceptInvitationError, Interruption, RefusalKind, SignInError, SignUpError};

#[derive(Debug, Clone, PartialEq)]
pub struct Failure {
    status: StatusCode,
    detail: Value,
    retry_after: Option<u32>,
}

impl Failure {
    pub fn new(status: StatusCode, detail: &str) -> Self {
        Self {
            status,
            detail: Value::from(detail),
            retry_after: None,
        }
    }

    pub fn method_not_allowed() -> Self {
        Self::new(StatusCode::METHOD_NOT_ALLOWED, "Method Not Allowed")
    }

    /// The user has a second factor, which this contract cannot verify.
    pub fn second_factor_required() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "Two-factor authentication is required")
    }

    pub fn invalid_invitation() -> Self {
        Self::new(StatusCode::BAD_REQUEST, "Invalid or expired invitation token")
    }
}

impl OfKind for Failure {
    /// The document has no 403 and no 404.
    fn of_kind(kind: RefusalKind, detail: &'static str) -> Self {
        let status = match kind {
            RefusalKind::Unauthenticated | RefusalKind::Forbidden => StatusCode::UNAUTHORIZED,
            RefusalKind::Conflict => StatusCode::CONFLICT,
            RefusalKind::NotFound | RefusalKind::Expired | RefusalKind::Limit | RefusalKind::Invalid => {
                StatusCode::BAD_REQUEST
            }
        };
        Self::new(status, detail)
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        with_retry_after(
            (self.status, Json(json!({ "detail": self.detail }))).into_response(),
            self.retry_after,
        )
    }
}

impl From<BodyRefused> for Failure {
    fn from(refused: BodyRefused) -> Self {
        match refused {
            BodyRefused::TooLarge => Self::new(StatusCode::PAYLOAD_TOO_LARGE, "Request body is too large"),
            BodyRefused::UnsupportedType { .. } => {
                Self::new(StatusCode::BAD_REQUEST, "Content-Type must be application/json")
            }
            BodyRefused::UnsupportedEncoding => {
                Self::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "Content-Encoding is not supported")
            }
            BodyRefused::NotJson => Self::new(StatusCode::BAD_REQUEST, "Request body is not valid JSON"),
            BodyRefused::Invalid(issues) => Self {
                status: StatusCode::UNPROCESSABLE_ENTITY,
                detail: issues.iter().map(described).collect(),
                retry_after: None,
            },
        }
    }
}

fn described(issue: &Issue) -> Value {
    let (message, kind) = match issue.problem {
        Problem::WrongType {
            received: "undefined", ..
        } => ("field required".to_owned(), "value_error.missing"),
        Problem::WrongType { expected: "object", .. } => ("must be an object".to_owned(), "type_error.dict"),
        Problem::WrongType { expected, .. } => (format!("must be a {expected}"), "type_error"),
        Problem::NotAnEmail => ("must be a valid email address".to_owned(), "value_error.email"),
        Problem::NotPlain => ("must not hold invisible characters".to_owned(), "value_error"),
        Problem::TooShort { min } => (
            format!("must have at least {min} characters"),
            "value_error.any_str.min_length",
        ),
        Problem::TooLong { max } => (
            format!("must have at most {max} characters"),
            "value_error.any_str.max_length",
        ),
    };
    let place: Vec<&str> = std::iter::once("body")
        .chain(issue.path.iter().map(String::as_str))
        .collect();
    json!({ "loc": place, "msg": message, "type": kind })
}

impl From<CaptchaRefused> for Failure {
    fn from(refused: CaptchaRefused) -> Self {
        match refused {
            CaptchaRefused::Missing | CaptchaRefused::Rejected => {
                Self::new(StatusCode::BAD_REQUEST, "Captcha verification failed")
            }
            CaptchaRefused::Unavailable => Interruption::Unavailable.into(),
        }
    }
}

impl From<WeakPassword> for Failure {
    fn from(weak: WeakPassword) -> Self {
        // The field's own rules check the length and report it with the other fields. Only the remaining rules fail
        // here.
        match weak {
            WeakPassword::TooShort { .. }
            | WeakPassword::TooLong { .. }
            | WeakPassword::FewClasses
            | WeakPassword::Common
            | WeakPassword::Guessable
            | WeakPassword::Breached => Self::new(
                StatusCode::BAD_REQUEST,
                "Password does not meet the security requirements",
            ),
        }
    }
}

impl From<Interruption> for Failure {
    fn from(interruption: Interruption) -> Self {
        match interruption {
            Interruption::TooManyRequests { retry_after } => Self {
                retry_after: Some(retry_after),
                ..Self::new(StatusCode::TOO_MANY_REQUESTS, "Too many attempts")
            },
            Interruption::Unavailable => Self {
                retry_after: Some(1),
                ..Self::new(StatusCode::SERVICE_UNAVAILABLE, "Service unavailable")
            },
            Interruption::Impersonated => Self::new(StatusCode::FORBIDDEN, "Forbidden"),
            Interruption::SecondFactorNotShown => {
                Self::new(StatusCode::FORBIDDEN, "The second factor must be verified")
            }
            Interruption::SessionNotFresh => Self::new(StatusCode::FORBIDDEN, "A recent sign-in is required"),
            Interruption::SessionGone => Self::new(StatusCode::UNAUTHORIZED, "Unauthorized"),
            // The document of this contract has no 403 for an invitation.
            Interruption::OrganizationReadOnly => Self::new(StatusCode::BAD_REQUEST, READ_ONLY),
            Interruption::Internal(_) => Self::new(StatusCode::INTERNAL_SERVER_ERROR, "Internal server error"),
        }
    }
}

failures! {
    SignUpError {
        E::EmailTaken | E::UsernameTaken | E::UsernameReserved | E::AccountDeleted => {
            Failure::new(StatusCode::CONFLICT, "User already exists")
        },
        E::Captcha(refused) => Failure::from(refused),
        E::NotAdmitted(SignUpRefused::Closed) => Failure::new(StatusCode::BAD_REQUEST, "Registration is closed"),
        E::NotAdmitted(SignUpRefused::DomainNotAllowed) => {
            Failure::new(StatusCode::BAD_REQUEST, "Addresses of this domain may not register")
        },
        E::WeakPassword(weak) => Failure::from(weak),
    }

    SignInError {
        E::InvalidCredentials => "Invalid credentials",
        E::AccountBlocked(AccountBlocked::Banned) => Failure::new(StatusCode::UNAUTHORIZED, "User is banned"),
        E::AccountBlocked(AccountBlocked::NotActive | AccountBlocked::Deleted) => Failure::new(StatusCode::UNAUTHORIZED, "User is not active"),
        E::EmailNotVerified => "Email is not verified",
        E::Captcha(refused) => Failure::from(refused),
        E::NoAccount | E::AccountSuspended => "User belongs to no account",
    }

    AcceptInvitationError {
        E::Refused(_) => Failure::invalid_invitation(),
        E::EmailTaken => "User already exists",
        E::Captcha(refused) => Failure::from(refused),
        E::NoSeat => "The organization has no free seat",
        E::WeakPassword(weak) => Failure::from(weak),
    }
}
