//! The error envelope of the `accounts` contract: `{"result": "FAILURE", "message", "data": {"code"}}`. A
//! `VALIDATION_ERROR` also lists the invalid fields.

mod account;
mod bulk;
mod oauth;
mod password;
mod registration_link;
mod user;

use axum::Json;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use serde::Serialize;
use serde_json::json;

use crate::captcha::CaptchaRefused;
use crate::contract::failures::{OfKind, Row, failures};
use crate::contract::fields::{Issue, Problem};
use crate::contract::interrupted::READ_ONLY;
use crate::contract::reading::BodyRefused;
use crate::domain::SignUpRefused;
use crate::domain::text::text_enum;
use crate::domain::user::AccountBlocked;
use crate::http::retry::with_retry_after;
use crate::operations::{
    ConfirmSubscriptionError, GetUserByNumberError, Interruption, RefreshError, RefusalKind, SignInError,
    ValidateTokenError,
};
use crate::sns::{Malformed, NotAnEnvelope, Refused, VerifyError};

/// The error codes of the document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorCode {
    ValidationError,
    InvalidCredentials,
    InvalidToken,
    TokenExpired,
    Unauthenticated,
    Forbidden,
    EmailNotVerified,
    UserInactive,
    AccountInactive,
    SeatLimitReached,
    NotFound,
    EmailAlreadyExists,
    AccountAlreadyExists,
    AlreadyVerified,
    AlreadyUsed,
    Conflict,
    PayloadTooLarge,
    RateLimited,
    SecondFactorRequired,
    ServiceUnavailable,
    InternalError,
}

text_enum!(ErrorCode {
    ValidationError => "VALIDATION_ERROR",
    InvalidCredentials => "INVALID_CREDENTIALS",
    InvalidToken => "INVALID_TOKEN",
    TokenExpired => "TOKEN_EXPIRED",
    Unauthenticated => "UNAUTHENTICATED",
    Forbidden => "FORBIDDEN",
    EmailNotVerified => "EMAIL_NOT_VERIFIED",
    UserInactive => "USER_INACTIVE",
    AccountInactive => "ACCOUNT_INACTIVE",
    SeatLimitReached => "SEAT_LIMIT_REACHED",
    NotFound => "NOT_FOUND",
    EmailAlreadyExists => "EMAIL_ALREADY_EXISTS",
    AccountAlreadyExists => "ACCOUNT_ALREADY_EXISTS",
    AlreadyVerified => "ALREADY_VERIFIED",
    AlreadyUsed => "ALREADY_USED",
    Conflict => "CONFLICT",
    PayloadTooLarge => "PAYLOAD_TOO_LARGE",
    RateLimited => "RATE_LIMITED",
    SecondFactorRequired => "SECOND_FACTOR_REQUIRED",
    ServiceUnavailable => "SERVICE_UNAVAILABLE",
    InternalError => "INTERNAL_ERROR",
});

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    status: StatusCode,
    code: ErrorCode,
    message: String,
    /// The invalid fields of the request.
    errors: Vec<FieldError>,
    /// Completes the sign-up of an identity that has no user.
    temp_token: Option<String>,
    retry_after: Option<u32>,
}

const ACCOUNT_INACTIVE: (ErrorCode, &str) = (ErrorCode::AccountInactive, "The account is not active");
const EMAIL_NOT_VERIFIED: (ErrorCode, &str) = (ErrorCode::EmailNotVerified, "The email address is not verified");

/// An invalid field, named by its path in the request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct FieldError {
    field: String,
    message: String,
}

impl Failure {
    pub fn new(status: StatusCode, code: ErrorCode, message: impl Into<String>) -> Self {
        Self {
            status,
            code,
            message: message.into(),
            errors: Vec::new(),
            temp_token: None,
            retry_after: None,
        }
    }

    pub fn invalid(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, ErrorCode::ValidationError, message)
    }

    /// A field whose value the operation refuses, in the form of fields that do not parse.
    pub fn invalid_field(field: &str, message: impl Into<String>) -> Self {
        let error = FieldError {
            field: field.to_owned(),
            message: message.into(),
        };
        Self {
            errors: vec![error],
            ..Self::invalid("Request body is not valid")
        }
    }

    pub fn forbidden(code: ErrorCode, message: &str) -> Self {
        Self::new(StatusCode::FORBIDDEN, code, message)
    }

    pub fn conflict(code: ErrorCode, message: &str) -> Self {
        Self::new(StatusCode::CONFLICT, code, message)
    }

    /// The token was valid once, and its lifetime has ended.
    pub fn expired(message: &str) -> Self {
        Self::new(StatusCode::GONE, ErrorCode::TokenExpired, message)
    }

    /// The request has no credential of a live session.
    pub fn unauthorized() -> Self {
        let status = StatusCode::UNAUTHORIZED;
        Self::new(status, ErrorCode::Unauthenticated, "Authentication is required")
    }

    /// The response to every invalid token, whatever the reason.
    pub fn invalid_token() -> Self {
        Self::new(
            StatusCode::UNAUTHORIZED,
            ErrorCode::InvalidToken,
            "The token is not valid",
        )
    }

    /// The user has a second factor, which this contract cannot verify.
    pub fn second_factor_required() -> Self {
        Self::forbidden(ErrorCode::SecondFactorRequired, "Two-factor authentication is required")
    }

    pub fn too_large() -> Self {
        let status = StatusCode::PAYLOAD_TOO_LARGE;
        Self::new(status, ErrorCode::PayloadTooLarge, "Request body is too large")
    }

    pub fn unsupported_encoding() -> Self {
        let status = StatusCode::UNSUPPORTED_MEDIA_TYPE;
        Self::new(status, ErrorCode::ValidationError, "Content-Encoding is not supported")
    }

    pub fn not_found(message: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, ErrorCode::NotFound, message)
    }
}

impl OfKind for Failure {
    fn of_kind(kind: RefusalKind, message: &'static str) -> Self {
        let (status, code) = match kind {
            RefusalKind::Unauthenticated => (StatusCode::UNAUTHORIZED, ErrorCode::InvalidToken),
            RefusalKind::Forbidden => (StatusCode::FORBIDDEN, ErrorCode::Forbidden),
            RefusalKind::NotFound => (StatusCode::NOT_FOUND, ErrorCode::NotFound),
            RefusalKind::Conflict => (StatusCode::CONFLICT, ErrorCode::Conflict),
            RefusalKind::Expired => (StatusCode::GONE, ErrorCode::TokenExpired),
            RefusalKind::Limit => (StatusCode::CONFLICT, ErrorCode::SeatLimitReached),
            RefusalKind::Invalid => (StatusCode::BAD_REQUEST, ErrorCode::ValidationError),
        };
        Self::new(status, code, message)
    }
}

/// A code that says more than the kind does.
impl Row<Failure> for (ErrorCode, &'static str) {
    fn failure(self, kind: Result<RefusalKind, Interruption>) -> Failure {
        let (code, message) = self;
        Failure {
            code,
            ..message.failure(kind)
        }
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let mut data = json!({ "code": self.code.as_str() });
        if self.code == ErrorCode::ValidationError {
            // The document promises a list, so the list is present (and empty) when the body as a whole is invalid.
            data["errors"] = json!(self.errors);
        }
        if let Some(token) = self.temp_token {
            data["tempToken"] = json!(token);
        }
        let body = json!({
            "result": "FAILURE",
            "message": self.message,
            "data": data,
        });
        with_retry_after((self.status, Json(body)).into_response(), self.retry_after)
    }
}

impl From<BodyRefused> for Failure {
    fn from(refused: BodyRefused) -> Self {
        match refused {
            BodyRefused::TooLarge => Self::too_large(),
            BodyRefused::UnsupportedType { .. } => Self::invalid("Content-Type must be application/json"),
            BodyRefused::UnsupportedEncoding => Self::unsupported_encoding(),
            BodyRefused::NotJson => Self::invalid("Request body is not valid JSON"),
            BodyRefused::Invalid(issues) => Self {
                errors: issues.iter().map(FieldError::from).collect(),
                ..Self::invalid("Request body is not valid")
            },
        }
    }
}

impl From<&Issue> for FieldError {
    fn from(issue: &Issue) -> Self {
        Self {
            field: issue.path.join("."),
            message: explained(&issue.problem),
        }
    }
}

/// What is wrong with a value, without the name of its field.
pub(super) fn explained(problem: &Problem) -> String {
    match *problem {
        Problem::WrongType {
            received: "undefined", ..
        } => "is required".to_owned(),
        Problem::WrongType { expected: "object", .. } => "must be an object".to_owned(),
        Problem::WrongType {
            expected: expected @ ("string" | "boolean" | "number"),
            ..
        } => format!("must be a {expected}"),
        Problem::WrongType { expected, .. } => format!("must be {expected}"),
        Problem::NotAnEmail => "must be a valid email address".to_owned(),
        Problem::NotPlain => "must not hold invisible characters".to_owned(),
        Problem::TooShort { min: 1 } => "must not be empty".to_owned(),
        Problem::TooShort { min } => format!("must have at least {min} characters"),
        Problem::TooLong { max } => format!("must have at most {max} characters"),
    }
}

impl From<AccountBlocked> for Failure {
    fn from(blocked: AccountBlocked) -> Self {
        match blocked {
            AccountBlocked::Banned => Self::forbidden(ErrorCode::UserInactive, "The user is banned"),
            AccountBlocked::NotActive | AccountBlocked::Deleted => {
                Self::forbidden(ErrorCode::UserInactive, "The user is not active")
            }
        }
    }
}

impl From<SignUpRefused> for Failure {
    fn from(refused: SignUpRefused) -> Self {
        match refused {
            SignUpRefused::Closed => Self::forbidden(ErrorCode::Forbidden, "Registration is closed"),
            SignUpRefused::DomainNotAllowed => {
                Self::forbidden(ErrorCode::Forbidden, "Addresses of this domain may not register")
            }
        }
    }
}

impl From<CaptchaRefused> for Failure {
    fn from(refused: CaptchaRefused) -> Self {
        match refused {
            CaptchaRefused::Missing | CaptchaRefused::Rejected => Self::invalid("Captcha verification failed"),
            CaptchaRefused::Unavailable => Interruption::Unavailable.into(),
        }
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
                    ErrorCode::ServiceUnavailable,
                    "Service unavailable",
                )
            },
            Interruption::Impersonated => Self::new(StatusCode::FORBIDDEN, ErrorCode::Forbidden, "Forbidden"),
            Interruption::SecondFactorNotShown => {
                Self::forbidden(ErrorCode::SecondFactorRequired, "The second factor must be verified")
            }
            Interruption::SessionNotFresh => Self::new(
                StatusCode::FORBIDDEN,
                ErrorCode::Forbidden,
                "A recent sign-in is required",
            ),
            Interruption::SessionGone => Self::invalid_token(),
            Interruption::OrganizationReadOnly => Self::forbidden(ErrorCode::AccountInactive, READ_ONLY),
            Interruption::Internal(_) => Self::new(
                StatusCode::INTERNAL_SERVER_ERROR,
                ErrorCode::InternalError,
                "Operation failed",
            ),
        }
    }
}

failures! {
    SignInError {
        E::InvalidCredentials => (ErrorCode::InvalidCredentials, "Email or password is wrong"),
        E::AccountBlocked(blocked) => Failure::from(blocked),
        E::EmailNotVerified => EMAIL_NOT_VERIFIED,
        E::Captcha(refused) => Failure::from(refused),
        E::NoAccount => "The user has no role in an account",
        E::AccountSuspended => ACCOUNT_INACTIVE,
    }

    RefreshError {
        E::Invalid | E::Reused => Failure::invalid_token(),
        E::EmailNotVerified => EMAIL_NOT_VERIFIED,
    }

    ValidateTokenError {
        E::Invalid => Failure::invalid_token(),
    }

    GetUserByNumberError {
        E::InvalidToken => Failure::invalid_token(),
        E::UserNotFound => "The user was not found",
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

/// The response to every invalid message, whatever the reason: details would help only attackers who forge messages.
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

failures! {
    ConfirmSubscriptionError {
        E::NotConfirmed(_) => Failure::from(Interruption::Unavailable),
    }
}
