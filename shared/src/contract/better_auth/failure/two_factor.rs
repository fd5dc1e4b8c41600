//! Errors of second factors.

use http::StatusCode;

use super::Failure;
use crate::contract::failures::failures;
use crate::operations::{
    DisableTwoFactorError, EnableTwoFactorError, GenerateBackupCodesError, NotProven, SecondFactorRefused,
    SendSecondFactorCodeError, ShowTotpSecretError, VerifyBackupCodeError, VerifySecondFactorCodeError,
    VerifyTotpError,
};

impl Failure {
    /// The framework's error for a sign-in that does not wait for a second factor, whether or not its token was in a
    /// cookie.
    pub fn invalid_two_factor_cookie() -> Self {
        Self::plain(StatusCode::UNAUTHORIZED, "INVALID_TWO_FACTOR_COOKIE")
    }

    fn totp_not_enabled() -> Self {
        Self::bad_request("TOTP_NOT_ENABLED", "TOTP not enabled")
    }

    fn otp_not_configured() -> Self {
        Self::bad_request("OTP_NOT_CONFIGURED", "OTP is not available")
    }

    fn invalid_code() -> Self {
        Self::plain(StatusCode::UNAUTHORIZED, "INVALID_CODE")
    }
}

failures! {
    NotProven {
        E::WrongPassword | E::NoPassword => Failure::plain(StatusCode::BAD_REQUEST, "INVALID_PASSWORD"),
    }

    SecondFactorRefused {
        E::ChallengeGone => Failure::invalid_two_factor_cookie(),
        E::TooManyAttempts => Failure::bad_request(
            "TOO_MANY_ATTEMPTS_REQUEST_NEW_CODE",
            "Too many attempts. Please request a new code.",
        ),
        E::Locked(locked) => Failure {
            retry_after: Some(locked.retry_after),
            ..Failure::new(
                StatusCode::TOO_MANY_REQUESTS,
                "ACCOUNT_TEMPORARILY_LOCKED",
                "Too many failed verification attempts. Your account is temporarily locked. Please try again later.",
            )
        },
        E::EnrolmentEnded => Failure::totp_not_enabled(),
        E::EmailNotVerified => Failure::plain(StatusCode::FORBIDDEN, "EMAIL_NOT_VERIFIED"),
    }

    EnableTwoFactorError {
        E::NotProven(reason) => reason.into(),
        E::AlreadyEnabled => Failure::bad_request("TOTP_ALREADY_ENABLED", "TOTP is already enabled"),
        E::MailTurnedOff => Failure::otp_not_configured(),
        E::EmailNotVerified => Failure::plain(StatusCode::FORBIDDEN, "EMAIL_NOT_VERIFIED"),
    }

    DisableTwoFactorError {
        E::NotProven(reason) => reason.into(),
    }

    ShowTotpSecretError {
        E::NotEnabled => Failure::totp_not_enabled(),
        E::NotProven(reason) => reason.into(),
    }

    GenerateBackupCodesError {
        E::NotEnabled => Failure::bad_request("TWO_FACTOR_NOT_ENABLED", "Two factor isn't enabled"),
        E::NotProven(reason) => reason.into(),
    }

    VerifyTotpError {
        E::NotEnabled => Failure::totp_not_enabled(),
        E::InvalidCode => Failure::invalid_code(),
        E::Refused(refused) => refused.into(),
    }

    SendSecondFactorCodeError {
        E::TurnedOff => Failure::otp_not_configured(),
        E::SameFactor => Failure::bad_request("OTP_NOT_ENABLED", "OTP not enabled"),
    }

    VerifySecondFactorCodeError {
        E::Expired => Failure::bad_request("OTP_HAS_EXPIRED", "OTP has expired"),
        E::InvalidCode => Failure::invalid_code(),
        E::Refused(refused) => refused.into(),
    }

    VerifyBackupCodeError {
        E::NotEnabled => Failure::bad_request("BACKUP_CODES_NOT_ENABLED", "Backup codes aren't enabled"),
        E::InvalidCode => Failure::plain(StatusCode::UNAUTHORIZED, "INVALID_BACKUP_CODE"),
        E::Refused(refused) => refused.into(),
    }
}
