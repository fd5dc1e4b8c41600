//! The error envelope of the `better_auth` contract: a flat `{code, message}`, with the texts of the framework's
//! current version. The codes are defined in this file and its folder only.

mod address;
mod admin;
mod api_key;
mod invitation;
mod organization;
mod passkey;
mod password;
mod social;
mod team;
mod two_factor;
mod username;

pub use social::{authorization_refused, social_error};

use axum::Json;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use serde_json::{Value, json};

use self::username::USERNAME_TAKEN;
use crate::captcha::CaptchaRefused;
use crate::contract::failures::{OfKind, Row, failures};
use crate::contract::fields::{Issue, Problem};
use crate::contract::interrupted::READ_ONLY;
use crate::contract::reading::BodyRefused;
use crate::domain::SignUpRefused;
use crate::domain::one_time::GrantRefused;
use crate::domain::user::AccountBlocked;
use crate::http::retry::with_retry_after;
use crate::operations::{DeleteUserError, Interruption, IssueAccessTokenError, RefusalKind, SignInError, SignUpError};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    status: StatusCode,
    code: &'static str,
    message: String,
    retry_after: Option<u32>,
    /// In milliseconds, for the errors in which the framework reports it beside the message.
    try_again_in: Option<i64>,
}

impl Failure {
    pub fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        Self {
            status,
            code,
            message: message.into(),
            retry_after: None,
            try_again_in: None,
        }
    }

    /// A failure whose message is its code, written as a sentence.
    pub fn plain(status: StatusCode, code: &'static str) -> Self {
        let mut message = code.replace('_', " ").to_ascii_lowercase();
        message[..1].make_ascii_uppercase();
        Self::new(status, code, message)
    }

    pub fn bad_request(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, code, message)
    }

    pub fn unauthorized() -> Self {
        Self::plain(StatusCode::UNAUTHORIZED, "UNAUTHORIZED")
    }

    pub fn invalid_callback_url() -> Self {
        Self::new(StatusCode::FORBIDDEN, "INVALID_CALLBACK_URL", "Invalid callbackURL")
    }

    pub fn invalid_redirect_url() -> Self {
        Self::new(StatusCode::FORBIDDEN, "INVALID_REDIRECT_URL", "Invalid redirectURL")
    }

    pub fn relative_callback_url() -> Self {
        Self::relative("INVALID_CALLBACK_URL", "callbackURL")
    }

    pub fn relative_redirect_url() -> Self {
        Self::relative("INVALID_REDIRECT_URL", "redirectTo")
    }

    fn relative(code: &'static str, field: &str) -> Self {
        let message = format!(
            "{field} is a path, and the request comes from no trusted origin on which it could be. Use a whole URL, such as \
             https://app.example.com/welcome"
        );
        Self::new(StatusCode::FORBIDDEN, code, message)
    }

    pub fn invalid_email() -> Self {
        Self::plain(StatusCode::BAD_REQUEST, "INVALID_EMAIL")
    }

    /// An invalid or expired token of a mail. The status differs between operations.
    pub fn invalid_token(status: StatusCode) -> Self {
        Self::plain(status, "INVALID_TOKEN")
    }

    pub fn email_can_not_be_updated() -> Self {
        Self::plain(StatusCode::BAD_REQUEST, "EMAIL_CAN_NOT_BE_UPDATED")
    }

    /// A field that only the server sets.
    pub fn field_not_allowed(name: &str) -> Self {
        Self::bad_request("FIELD_NOT_ALLOWED", format!("{name} is not allowed to be set"))
    }

    pub fn no_fields_to_update() -> Self {
        Self::plain(StatusCode::BAD_REQUEST, "NO_FIELDS_TO_UPDATE")
    }

    /// The error of a link that requires a session when the user is not signed in.
    pub fn failed_to_get_user_info() -> Self {
        Self::plain(StatusCode::NOT_FOUND, "FAILED_TO_GET_USER_INFO")
    }

    /// Invalid fields. `part` is `body` or `query`.
    pub fn validation(part: &str, issues: &[Issue]) -> Self {
        let described_issues: Vec<String> = issues.iter().map(|issue| described(part, issue)).collect();
        Self::bad_request("VALIDATION_ERROR", described_issues.join("; "))
    }

    /// The code that a redirect carries in its `error` parameter.
    pub fn code(&self) -> &'static str {
        self.code
    }

    pub fn status(&self) -> StatusCode {
        self.status
    }

    pub fn message(&self) -> &str {
        &self.message
    }

    pub fn body(&self) -> Value {
        let mut body = json!({ "code": self.code, "message": self.message });
        if let Some(millis) = self.try_again_in {
            body["details"] = json!({ "tryAgainIn": millis });
        }
        body
    }

    /// A token that verifies an address: here the framework distinguishes an expired token from an unknown one.
    fn refused(reason: GrantRefused) -> Self {
        match reason {
            GrantRefused::Unknown | GrantRefused::Spent => Self::invalid_token(StatusCode::UNAUTHORIZED),
            GrantRefused::Expired => Self::plain(StatusCode::UNAUTHORIZED, "TOKEN_EXPIRED"),
        }
    }
}

impl OfKind for Failure {
    fn of_kind(kind: RefusalKind, code: &'static str) -> Self {
        let status = match kind {
            RefusalKind::Unauthenticated => StatusCode::UNAUTHORIZED,
            RefusalKind::Forbidden | RefusalKind::Limit => StatusCode::FORBIDDEN,
            RefusalKind::NotFound | RefusalKind::Conflict | RefusalKind::Expired | RefusalKind::Invalid => {
                StatusCode::BAD_REQUEST
            }
        };
        Self::plain(status, code)
    }
}

/// A code whose message is not the code as a sentence.
impl Row<Failure> for (&'static str, &'static str) {
    fn failure(self, kind: Result<RefusalKind, Interruption>) -> Failure {
        let (code, message) = self;
        Failure {
            message: message.to_owned(),
            ..code.failure(kind)
        }
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let mut response = with_retry_after((self.status, Json(self.body())).into_response(), self.retry_after);
        if self.status == StatusCode::TOO_MANY_REQUESTS {
            // The framework's clients read this header instead of `Retry-After`.
            if let Some(seconds) = self.retry_after {
                response.headers_mut().insert("x-retry-after", seconds.into());
            }
        }
        response
    }
}

/// The problem in the words of the validator that the framework uses.
fn described(part: &str, issue: &Issue) -> String {
    let place = std::iter::once(part)
        .chain(issue.path.iter().map(String::as_str))
        .collect::<Vec<_>>()
        .join(".");
    let problem = match issue.problem {
        Problem::WrongType { expected, received } => {
            format!("Invalid input: expected {expected}, received {received}")
        }
        Problem::NotAnEmail => "Invalid email address".to_owned(),
        Problem::NotPlain => "Invalid input: invisible characters".to_owned(),
        Problem::TooShort { min } => format!("Too small: expected string to have >={min} characters"),
        Problem::TooLong { max } => format!("Too big: expected string to have <={max} characters"),
    };
    format!("[{place}] {problem}")
}

impl From<BodyRefused> for Failure {
    fn from(refused: BodyRefused) -> Self {
        match refused {
            BodyRefused::TooLarge => Self::new(
                StatusCode::PAYLOAD_TOO_LARGE,
                "PAYLOAD_TOO_LARGE",
                "Request body is too large",
            ),
            BodyRefused::UnsupportedType { content_type } => Self::new(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "UNSUPPORTED_MEDIA_TYPE",
                format!(
                    "Content-Type \"{content_type}\" is not allowed. Allowed types: application/x-www-form-urlencoded, \
                     application/json"
                ),
            ),
            BodyRefused::UnsupportedEncoding => Self::new(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "UNSUPPORTED_MEDIA_TYPE",
                "Content-Encoding is not supported",
            ),
            BodyRefused::NotJson => Self::bad_request("BAD_REQUEST", "Invalid JSON in request body"),
            BodyRefused::Invalid(issues) => Self::validation("body", &issues),
        }
    }
}

/// The codes are those of the framework's plugin.
impl From<CaptchaRefused> for Failure {
    fn from(refused: CaptchaRefused) -> Self {
        match refused {
            CaptchaRefused::Missing => Self::bad_request("MISSING_RESPONSE", "Missing CAPTCHA response"),
            CaptchaRefused::Rejected => Self::bad_request("VERIFICATION_FAILED", "Captcha verification failed"),
            CaptchaRefused::Unavailable => Interruption::Unavailable.into(),
        }
    }
}

impl From<AccountBlocked> for Failure {
    fn from(blocked: AccountBlocked) -> Self {
        match blocked {
            AccountBlocked::Banned => Self::new(
                StatusCode::FORBIDDEN,
                "BANNED_USER",
                "You have been banned from this application. Please contact support if you believe this is an error.",
            ),
            AccountBlocked::NotActive | AccountBlocked::Deleted => {
                Self::new(StatusCode::FORBIDDEN, "USER_NOT_ACTIVE", "This user is not active")
            }
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
                    "TOO_MANY_REQUESTS",
                    "Too many requests. Please try again later.",
                )
            },
            Interruption::Unavailable => Self {
                retry_after: Some(1),
                ..Self::plain(StatusCode::SERVICE_UNAVAILABLE, "SERVICE_UNAVAILABLE")
            },
            Interruption::Impersonated => Self::new(
                StatusCode::FORBIDDEN,
                "NOT_ALLOWED_WHILE_IMPERSONATING",
                "This is not allowed while impersonating",
            ),
            Interruption::SecondFactorNotShown | Interruption::SessionNotFresh => {
                Self::new(StatusCode::FORBIDDEN, "SESSION_NOT_FRESH", "Session is not fresh")
            }
            Interruption::SessionGone => Self::unauthorized(),
            Interruption::OrganizationReadOnly => Self::new(StatusCode::FORBIDDEN, "ORGANIZATION_READ_ONLY", READ_ONLY),
            Interruption::Internal(_) => Self::new(
                StatusCode::INTERNAL_SERVER_ERROR,
                "INTERNAL_SERVER_ERROR",
                "Internal Server Error",
            ),
        }
    }
}

failures! {
    IssueAccessTokenError {
        E::NoSessionToken => (
            "SESSION_TOKEN_REQUIRED",
            "The token of the session is required. An access token is not exchanged for another one.",
        ),
    }
    SignUpError {
        E::EmailTaken | E::AccountDeleted => Failure::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL",
            "User already exists. Use another email.",
        ),
        E::UsernameTaken => USERNAME_TAKEN,
        E::UsernameReserved => Failure::username_reserved(),
        E::Captcha(refused) => Failure::from(refused),
        E::NotAdmitted(SignUpRefused::Closed) => Failure::new(
            StatusCode::FORBIDDEN,
            "EMAIL_PASSWORD_SIGN_UP_DISABLED",
            "Email and password sign up is not enabled",
        ),
        E::NotAdmitted(SignUpRefused::DomainNotAllowed) => {
            Failure::domain_not_allowed("Addresses of this domain may not sign up")
        },
        E::WeakPassword(weak) => Failure::from(weak),
    }

    SignInError {
        E::InvalidCredentials => "INVALID_EMAIL_OR_PASSWORD",
        E::AccountBlocked(blocked) => Failure::from(blocked),
        E::Captcha(refused) => Failure::from(refused),
        E::EmailNotVerified => "EMAIL_NOT_VERIFIED",
        E::NoAccount | E::AccountSuspended => ("NO_ACCOUNT", "User belongs to no account"),
    }

    DeleteUserError {
        E::WrongPassword => Failure::plain(StatusCode::BAD_REQUEST, "INVALID_PASSWORD"),
        E::NoPassword => "CREDENTIAL_ACCOUNT_NOT_FOUND",
        E::SessionNotFresh => Failure::bad_request(
            "SESSION_EXPIRED",
            "Session expired. Re-authenticate to perform this action.",
        ),
        E::TokenRefused(_) => Failure::invalid_token(StatusCode::NOT_FOUND),
        E::LastAdministrator => ("LAST_ADMINISTRATOR", "You are the only administrator, and cannot be deleted"),
        E::OnlyOwner => "YOU_CANNOT_LEAVE_THE_ORGANIZATION_AS_THE_ONLY_OWNER",
    }
}
