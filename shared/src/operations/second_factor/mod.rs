//! Two-factor authentication: enrolment, codes of authenticator apps, mailed codes, backup codes, trusted browsers.

mod accept_second_factor;
pub mod claimant;
mod count_attempt;
pub mod disable_two_factor;
pub mod enable_mailed_codes;
mod enable_two_factor;
mod encrypt_secret;
pub mod enroll_authenticator;
pub mod generate_backup_codes;
pub mod send_second_factor_code;
pub mod show_totp_secret;
pub mod trust_device;
pub mod verify_backup_code;
pub mod verify_second_factor_code;
pub mod verify_totp;

pub use accept_second_factor::PassedSecondFactor;
pub use claimant::{ChallengeCarrier, Claimant, PendingSignIn};
pub use count_attempt::SecondFactorRefused;
pub use disable_two_factor::DisableTwoFactorError;
pub use enable_two_factor::EnableTwoFactorError;
pub use enroll_authenticator::EnrolledAuthenticator;
pub use generate_backup_codes::GenerateBackupCodesError;
pub use send_second_factor_code::SendSecondFactorCodeError;
pub use show_totp_secret::ShowTotpSecretError;
pub use verify_backup_code::{VerifyBackupCode, VerifyBackupCodeError};
pub use verify_second_factor_code::{VerifySecondFactorCode, VerifySecondFactorCodeError};
pub use verify_totp::{VerifyTotp, VerifyTotpError};
