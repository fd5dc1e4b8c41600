//! What goes wrong with second factors.

use http::StatusCode;

use super::Failure;
use crate::operations::{
    DisableTwoFactorError, EnableTwoFactorError, GenerateBackupCodesError, NotProven, SecondFactorRefused,
    SendSecondFactorCodeError, ShowTotpSecretError, VerifyBackupCodeError, VerifySecondFactorCodeError,
    VerifyTotpError,
};

impl Failure {
    /// The framework's name for a sign-in that does not wait for a second factor, wherever its token stood.
    pub fn invalid_two_factor_cookie() -> Self {
        Self::new(
            StatusCode::UNAUTHORIZED,
            "INVALID_TWO_FACTOR_COOKIE",
            "Invalid two factor cookie",
        )
    }

    fn totp_not_enabled() -> Self {
        Self::bad_request("TOTP_NOT_ENABLED", "TOTP not enabled")
    }

    fn otp_not_configured() -> Self {
        Self::bad_request("OTP_NOT_CONFIGURED", "OTP is not available")
    }

    fn invalid_code() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "INVALID_CODE", "Invalid code")
    }
}

impl From<NotProven> for Failure {
    fn from(error: NotProven) -> Self {
        match error {
            NotProven::WrongPassword | NotProven::NoPassword => {
                Self::bad_request("INVALID_PASSWORD", "Invalid password")
            }
            NotProven::SecondFactorNotShown => Self::session_not_fresh(),
            NotProven::Interrupted(interruption) => interruption.into(),
        }
    }
}

impl From<SecondFactorRefused> for Failure {
    fn from(refused: SecondFactorRefused) -> Self {
        match refused {
            SecondFactorRefused::ChallengeGone => Self::invalid_two_factor_cookie(),
            SecondFactorRefused::TooManyAttempts => Self::bad_request(
                "TOO_MANY_ATTEMPTS_REQUEST_NEW_CODE",
                "Too many attempts. Please request a new code.",
            ),
            SecondFactorRefused::Locked(locked) => Self {
                retry_after: Some(locked.retry_after),
                ..Self::new(
                    StatusCode::TOO_MANY_REQUESTS,
                    "ACCOUNT_TEMPORARILY_LOCKED",
                    "Too many failed verification attempts. Your account is temporarily locked. Please try again later.",
                )
            },
            SecondFactorRefused::NotShownBefore => Self::session_not_fresh(),
            SecondFactorRefused::Interrupted(interruption) => interruption.into(),
        }
    }
}

impl From<EnableTwoFactorError> for Failure {
    fn from(error: EnableTwoFactorError) -> Self {
        match error {
            EnableTwoFactorError::NotProven(reason) => reason.into(),
            EnableTwoFactorError::AlreadyEnabled => {
                Self::bad_request("TOTP_ALREADY_ENABLED", "TOTP is already enabled")
            }
            EnableTwoFactorError::MailTurnedOff => Self::otp_not_configured(),
            EnableTwoFactorError::EmailNotVerified => {
                Self::new(StatusCode::FORBIDDEN, "EMAIL_NOT_VERIFIED", "Email not verified")
            }
            EnableTwoFactorError::Interrupted(interruption) => interruption.into(),
        }
    }
}

impl From<DisableTwoFactorError> for Failure {
    fn from(error: DisableTwoFactorError) -> Self {
        match error {
            DisableTwoFactorError::NotProven(reason) => reason.into(),
            DisableTwoFactorError::Interrupted(interruption) => interruption.into(),
        }
    }
}

impl From<ShowTotpSecretError> for Failure {
    fn from(error: ShowTotpSecretError) -> Self {
        match error {
            ShowTotpSecretError::NotEnabled => Self::totp_not_enabled(),
            ShowTotpSecretError::NotProven(reason) => reason.into(),
            ShowTotpSecretError::Interrupted(interruption) => interruption.into(),
        }
    }
}

impl From<GenerateBackupCodesError> for Failure {
    fn from(error: GenerateBackupCodesError) -> Self {
        match error {
            GenerateBackupCodesError::NotEnabled => {
                Self::bad_request("TWO_FACTOR_NOT_ENABLED", "Two factor isn't enabled")
            }
            GenerateBackupCodesError::NotProven(reason) => reason.into(),
            GenerateBackupCodesError::Interrupted(interruption) => interruption.into(),
        }
    }
}

impl From<VerifyTotpError> for Failure {
    fn from(error: VerifyTotpError) -> Self {
        match error {
            VerifyTotpError::NotEnabled => Self::totp_not_enabled(),
            VerifyTotpError::InvalidCode => Self::invalid_code(),
            VerifyTotpError::Refused(refused) => refused.into(),
            VerifyTotpError::Interrupted(interruption) => interruption.into(),
        }
    }
}

impl From<SendSecondFactorCodeError> for Failure {
    fn from(error: SendSecondFactorCodeError) -> Self {
        match error {
            SendSecondFactorCodeError::TurnedOff => Self::otp_not_configured(),
            SendSecondFactorCodeError::SameFactor => Self::bad_request("OTP_NOT_ENABLED", "OTP not enabled"),
            SendSecondFactorCodeError::Interrupted(interruption) => interruption.into(),
        }
    }
}

impl From<VerifySecondFactorCodeError> for Failure {
    fn from(error: VerifySecondFactorCodeError) -> Self {
        match error {
            VerifySecondFactorCodeError::Expired => Self::bad_request("OTP_HAS_EXPIRED", "OTP has expired"),
            VerifySecondFactorCodeError::InvalidCode => Self::invalid_code(),
            VerifySecondFactorCodeError::Refused(refused) => refused.into(),
            VerifySecondFactorCodeError::Interrupted(interruption) => interruption.into(),
        }
    }
}

impl From<VerifyBackupCodeError> for Failure {
    fn from(error: VerifyBackupCodeError) -> Self {
        match error {
            VerifyBackupCodeError::NotEnabled => {
                Self::bad_request("BACKUP_CODES_NOT_ENABLED", "Backup codes aren't enabled")
            }
            VerifyBackupCodeError::InvalidCode => {
                Self::new(StatusCode::UNAUTHORIZED, "INVALID_BACKUP_CODE", "Invalid backup code")
            }
            VerifyBackupCodeError::Refused(refused) => refused.into(),
            VerifyBackupCodeError::Interrupted(interruption) => interruption.into(),
        }
    }
}
