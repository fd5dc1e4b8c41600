//! Errors of second factors.

use http::StatusCode;

use super::Failure;
use crate::contract::failures::failures;
use crate::operations::{
    DisableTwoFactorError, EnableTwoFactorError, GenerateBackupCodesError, NotProven, SecondFactorRefused,
    SendSecondFactorCodeError, ShowTotpSecretError, VerifyBackupCodeError, VerifySecondFactorCodeError,
    VerifyTotpError,
};

const TOTP_NOT_ENABLED: (&str, &str) = ("TOTP_NOT_ENABLED", "TOTP not enabled");
const OTP_NOT_CONFIGURED: (&str, &str) = ("OTP_NOT_CONFIGURED", "OTP is not available");

impl Failure {
    /// The framework's error for a sign-in that does not wait for a second factor, whether or not its token was in a
    /// cookie.
    pub fn invalid_two_factor_cookie() -> Self {
        Self::plain(StatusCode::UNAUTHORIZED, "INVALID_TWO_FACTOR_COOKIE")
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
        E::EnrolmentEnded => TOTP_NOT_ENABLED,
        E::EmailNotVerified => "EMAIL_NOT_VERIFIED",
    }

    EnableTwoFactorError {
        E::NotProven(reason) => Failure::from(reason),
        E::AlreadyEnabled => ("TOTP_ALREADY_ENABLED", "TOTP is already enabled"),
        E::MailTurnedOff => OTP_NOT_CONFIGURED,
        E::EmailNotVerified => "EMAIL_NOT_VERIFIED",
    }

    DisableTwoFactorError {
        E::NotProven(reason) => Failure::from(reason),
    }

    ShowTotpSecretError {
        E::NotEnabled => TOTP_NOT_ENABLED,
        E::NotProven(reason) => Failure::from(reason),
    }

    GenerateBackupCodesError {
        E::NotEnabled => ("TWO_FACTOR_NOT_ENABLED", "Two factor isn't enabled"),
        E::NotProven(reason) => Failure::from(reason),
    }

    VerifyTotpError {
        E::NotEnabled => TOTP_NOT_ENABLED,
        E::InvalidCode => "INVALID_CODE",
        E::Refused(refused) => Failure::from(refused),
    }

    SendSecondFactorCodeError {
        E::TurnedOff => OTP_NOT_CONFIGURED,
        E::SameFactor => ("OTP_NOT_ENABLED", "OTP not enabled"),
    }

    VerifySecondFactorCodeError {
        E::Expired => ("OTP_HAS_EXPIRED", "OTP has expired"),
        E::InvalidCode => "INVALID_CODE",
        E::Refused(refused) => Failure::from(refused),
    }

    VerifyBackupCodeError {
        E::NotEnabled => ("BACKUP_CODES_NOT_ENABLED", "Backup codes aren't enabled"),
        E::InvalidCode => "INVALID_BACKUP_CODE",
        E::Refused(refused) => Failure::from(refused),
    }
}
