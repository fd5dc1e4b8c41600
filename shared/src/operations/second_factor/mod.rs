//! Two-factor authentication: enrolment, codes of authenticator apps, mailed codes, backup codes, trusted browsers.

pub mod disable_two_factor;
pub mod enable_two_factor;
pub mod manage_two_factor;
pub mod pass_second_factor;
pub mod send_second_factor_code;
pub mod trust_device;
pub mod verify_backup_code;
pub mod verify_second_factor_code;
pub mod verify_totp;

pub use disable_two_factor::DisableTwoFactorError;
pub use enable_two_factor::{EnableTwoFactorError, EnrolledAuthenticator};
pub use manage_two_factor::{GenerateBackupCodesError, ShowTotpSecretError};
pub use pass_second_factor::{Claimant, PassedSecondFactor, PendingSignIn, SecondFactorRefused};
pub use send_second_factor_code::SendSecondFactorCodeError;
pub use verify_backup_code::{VerifyBackupCode, VerifyBackupCodeError};
pub use verify_second_factor_code::{VerifySecondFactorCode, VerifySecondFactorCodeError};
pub use verify_totp::{VerifyTotp, VerifyTotpError};
