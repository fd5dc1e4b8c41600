//! The error envelope of the `teams` contract: `{statusCode, message, error}`.

use axum::Json;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use serde_json::json;

use crate::captcha::CaptchaRefused;
use crate::contract::failures::{OfKind, failures};
use crate::contract::fields::{Issue, Problem};
use crate::contract::interrupted::{Interrupted, READ_ONLY};
use crate::contract::reading::BodyRefused;
use crate::domain::SignUpRefused;
use crate::domain::password::WeakPassword;
use crate::http::retry::with_retry_after;
use crate::operations::{
    AcceptInvitationError, CheckInvitationError, CheckResetTokenError, IdentitySignInError, Interruption, RefreshError,
    RefusalKind, RequestPasswordResetError, ResetPasswordError, SignInError, SignUpError, SwitchOrganizationError,
};
use crate::social::ProviderError;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    status: StatusCode,
    message: String,
    retry_after: Option<u32>,
}

impl Failure {
    pub fn new(status: StatusCode, message: impl Into<String>) -> Self {
        Self {
            status,
            message: message.into(),
            retry_after: None,
        }
    }

    pub fn bad_request(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, message)
    }

    pub fn unauthorized() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "Unauthorized")
    }

    pub fn not_found(message: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, message)
    }

    /// The same response for a wrong password, an unknown user and an unsolved captcha: the document has no other.
    fn not_authenticated() -> Self {
        Self::bad_request("Invalid captcha token or authentication failure")
    }

    pub fn invalid_token() -> Self {
        Self::bad_request("Invalid or expired token")
    }

    pub fn not_registered() -> Self {
        Self::bad_request("User is not registered")
    }

    pub fn sign_up_disabled() -> Self {
        Self::bad_request("Sign-up is disabled")
    }

    pub fn invalid_team() -> Self {
        Self::bad_request("Invalid team ID")
    }
}

impl OfKind for Failure {
    /// The document has 400 for nearly all refusals.
    fn of_kind(kind: RefusalKind, message: &'static str) -> Self {
        let status = match kind {
            RefusalKind::Unauthenticated => StatusCode::UNAUTHORIZED,
            RefusalKind::Forbidden => StatusCode::FORBIDDEN,
            RefusalKind::NotFound
            | RefusalKind::Conflict
            | RefusalKind::Expired
            | RefusalKind::Limit
            | RefusalKind::Invalid => StatusCode::BAD_REQUEST,
        };
        Self::new(status, message)
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let body = json!({
            "statusCode": self.status.as_u16(),
            "message": self.message,
            "error": self.status.canonical_reason().unwrap_or("Error"),
        });
        with_retry_after((self.status, Json(body)).into_response(), self.retry_after)
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
            BodyRefused::Invalid(issues) => {
                let issues: Vec<String> = issues.iter().map(described).collect();
                Self::bad_request(format!("Validation failed: {}", issues.join("; ")))
            }
        }
    }
}

fn described(issue: &Issue) -> String {
    let field = if issue.path.is_empty() {
        "the body".to_owned()
    } else {
        issue.path.join(".")
    };
    match issue.problem {
        Problem::WrongType {
            received: "undefined", ..
        } => format!("{field} is missing"),
        Problem::WrongType { expected, .. } => format!("{field} must be of type {expected}"),
        Problem::NotAnEmail => format!("{field} must be an email address"),
        Problem::NotPlain => format!("{field} must not hold invisible characters"),
        Problem::TooShort { min } => format!("{field} must have at least {min} characters"),
        Problem::TooLong { max } => format!("{field} must have at most {max} characters"),
    }
}

impl From<WeakPassword> for Failure {
    fn from(weak: WeakPassword) -> Self {
        Self::bad_request(match weak {
            WeakPassword::TooShort { min } => {
                format!("Validation failed: password must have at least {min} characters")
            }
            WeakPassword::TooLong { max } => format!("Validation failed: password must have at most {max} characters"),
            WeakPassword::FewClasses => {
                "Validation failed: password must have upper and lower case letters, digits and special characters"
                    .to_owned()
            }
            WeakPassword::Common => "Validation failed: password is too common".to_owned(),
            WeakPassword::Guessable => "Validation failed: password is too easy to guess".to_owned(),
            WeakPassword::Breached => "Validation failed: password appears in a data breach".to_owned(),
        })
    }
}

impl From<CaptchaRefused> for Failure {
    fn from(refused: CaptchaRefused) -> Self {
        match refused {
            CaptchaRefused::Missing | CaptchaRefused::Rejected => Self::not_authenticated(),
            CaptchaRefused::Unavailable => Interruption::Unavailable.into(),
        }
    }
}

impl From<Interruption> for Failure {
    fn from(interruption: Interruption) -> Self {
        if interruption == Interruption::OrganizationReadOnly {
            // The document of this contract has no 403 for an invitation.
            return Self::bad_request(READ_ONLY);
        }
        let Interrupted {
            status,
            message,
            retry_after,
        } = interruption.into();
        Self {
            retry_after,
            ..Self::new(status, message)
        }
    }
}

failures! {
    SignInError {
        E::InvalidCredentials | E::AccountBlocked(_) | E::NoAccount | E::AccountSuspended => Failure::not_authenticated(),
        E::EmailNotVerified => Failure::bad_request("Email is not verified"),
        E::Captcha(refused) => Failure::from(refused),
    }

    SignUpError {
        E::EmailTaken | E::UsernameTaken | E::UsernameReserved => "User already exists",
        E::AccountDeleted => Failure::new(StatusCode::FORBIDDEN, "Account was deleted"),
        E::Captcha(refused) => Failure::from(refused),
        E::NotAdmitted(refused) => Failure::from(refused),
        E::WeakPassword(weak) => Failure::from(weak),
    }

    RefreshError {
        E::Invalid | E::Reused | E::EmailNotVerified => Failure::unauthorized(),
    }

    CheckResetTokenError {
        E::TokenRefused(_) => Failure::invalid_token(),
    }

    RequestPasswordResetError {
        E::Captcha(refused) => Failure::from(refused),
    }

    ResetPasswordError {
        E::TokenRefused(_) | E::AccountBlocked(_) => Failure::invalid_token(),
        E::WeakPassword(weak) => Failure::from(weak),
    }

    CheckInvitationError {
        E::Refused(_) => Failure::invalid_token(),
    }

    AcceptInvitationError {
        E::Refused(_) => Failure::invalid_token(),
        E::EmailTaken => "User already exists",
        E::NoSeat => "The team has no free seat",
        E::Captcha(refused) => Failure::from(refused),
        E::WeakPassword(weak) => Failure::from(weak),
    }

    SwitchOrganizationError {
        E::NotAMember | E::Suspended | E::Demo => Failure::new(StatusCode::FORBIDDEN, "Forbidden"),
    }
}

impl From<SignUpRefused> for Failure {
    fn from(refused: SignUpRefused) -> Self {
        match refused {
            SignUpRefused::Closed => Self::bad_request("Registration is closed"),
            SignUpRefused::DomainNotAllowed => Self::bad_request("Addresses of this domain may not register"),
        }
    }
}

impl From<ProviderError> for Failure {
    fn from(error: ProviderError) -> Self {
        match error {
            ProviderError::Unavailable => Interruption::Unavailable.into(),
            ProviderError::Refused
            | ProviderError::OtherIssuer
            | ProviderError::NoIssuer
            | ProviderError::InvalidToken
            | ProviderError::Unsupported => Self::bad_request("The token is invalid"),
        }
    }
}

failures! {
    IdentitySignInError {
        E::SignUpDisabled | E::NotLinked => Failure::bad_request("To proceed, please sign up."),
        E::AlreadyLinked => "OAuth provider account already exists",
        E::NoEmail => "The identity has no address",
        E::AccountDeleted => "Account was deleted",
        E::AccountBlocked(blocked) => Failure::from(SignInError::AccountBlocked(blocked)),
        E::NotAdmitted(refused) => Failure::from(refused),
        E::EmailNotVerified => Failure::from(SignInError::EmailNotVerified),
        E::TokenSpent => Failure::from(ProviderError::InvalidToken),
        // This contract needs no account.
        E::NoAccount | E::AccountSuspended => Failure::not_authenticated(),
    }
}
