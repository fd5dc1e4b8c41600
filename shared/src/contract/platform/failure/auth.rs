//! Errors of registration and login, and of the own credentials.

use http::StatusCode;

use super::Failure;
use crate::captcha::CaptchaRefused;
use crate::contract::failures::failures;
use crate::domain::SignUpRefused;
use crate::domain::user::AccountBlocked;
use crate::operations::{
    ChangePasswordError, Interruption, RefreshError, RequestPasswordResetError, ResetPasswordError,
    SendVerificationEmailError, SignInError, SignUpError, VerifyEmailError,
};

impl Failure {
    /// The response to every refresh token that gives no others, whatever the reason.
    pub fn refresh_token_refused() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "Invalid refresh token")
    }

    /// The user has a second factor, which this contract cannot verify.
    pub fn second_factor_required() -> Self {
        Self::forbidden("Two-factor authentication is required").with_code("SECOND_FACTOR_REQUIRED")
    }

    /// The response to every token that resets no password, whatever the reason.
    pub fn reset_token_refused() -> Self {
        Self::bad_request("Invalid or expired token")
    }

    /// The response to every token that verifies no address, whatever the reason.
    pub fn verification_token_refused() -> Self {
        Self::bad_request("Invalid or expired verification token")
    }

    /// The response to a wrong password and to an unknown identifier.
    pub(super) fn credentials_refused() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "Invalid credentials")
    }
}

impl From<CaptchaRefused> for Failure {
    fn from(refused: CaptchaRefused) -> Self {
        match refused {
            CaptchaRefused::Missing | CaptchaRefused::Rejected => {
                Self::bad_request("Captcha verification failed").with_code("CAPTCHA_FAILED")
            }
            CaptchaRefused::Unavailable => Interruption::Unavailable.into(),
        }
    }
}

/// A deleted user is answered like an unknown one.
impl From<AccountBlocked> for Failure {
    fn from(blocked: AccountBlocked) -> Self {
        match blocked {
            AccountBlocked::Banned => Self::forbidden("The user is banned").with_code("USER_SUSPENDED"),
            AccountBlocked::NotActive => Self::forbidden("The user is not active").with_code("USER_NOT_ACTIVE"),
            AccountBlocked::Deleted => Self::credentials_refused(),
        }
    }
}

failures! {
    SignUpError {
        E::EmailTaken | E::AccountDeleted => "User already exists",
        E::UsernameTaken => "Username already exists",
        E::UsernameReserved => Failure::invalid("username", "is reserved"),
        E::Captcha(refused) => Failure::from(refused),
        E::NotAdmitted(SignUpRefused::Closed) => Failure::registration_closed(),
        E::NotAdmitted(SignUpRefused::DomainNotAllowed) => Failure::invalid("email", "has a domain that may not register"),
        E::WeakPassword(weak) => Failure::weak_password("password", weak),
    }

    SignInError {
        E::InvalidCredentials => Failure::credentials_refused(),
        E::EmailNotVerified => Failure::forbidden("The email address is not verified").with_code("EMAIL_NOT_VERIFIED"),
        E::AccountBlocked(blocked) => Failure::from(blocked),
        E::Captcha(refused) => Failure::from(refused),
        // This contract needs no account.
        E::NoAccount | E::AccountSuspended => "The user may not log in",
    }

    RefreshError {
        // The document has no 403 here; the next login says that the address is not verified.
        E::Invalid | E::Reused | E::EmailNotVerified => Failure::refresh_token_refused(),
    }

    RequestPasswordResetError {
        E::Captcha(refused) => Failure::from(refused),
    }

    ResetPasswordError {
        E::TokenRefused(_) | E::AccountBlocked(_) => Failure::reset_token_refused(),
        E::WeakPassword(weak) => Failure::weak_password("newPassword", weak),
    }

    ChangePasswordError {
        E::WrongPassword => Failure::invalid("oldPassword", "is wrong"),
        E::NoPassword => Failure::bad_request("The user has no password"),
        E::WeakPassword(weak) => Failure::weak_password("newPassword", weak),
    }

    VerifyEmailError {
        E::TokenRefused(_) | E::AccountBlocked(_) => Failure::verification_token_refused(),
    }

    SendVerificationEmailError {
        // Only a signed-in user gets these answers, and the operation of this contract takes none.
        E::NotTheCallers | E::AlreadyVerified => Failure::bad_request("Bad Request"),
    }
}
