//! Passwords: proof, change, and reset by mail.

pub mod change_password;
pub mod check_reset_token;
pub(in crate::operations) mod guess;
mod hash_password;
pub mod prove_password;
pub mod request_password_reset;
pub mod reset_password;
mod set_by_administrator;
pub mod set_first_password;
pub mod verify_own_password;

pub use change_password::{ChangePassword, ChangePasswordError, ChangedPassword, OtherSessions};
pub use check_reset_token::CheckResetTokenError;
pub use prove_password::NotProven;
pub use request_password_reset::{RequestPasswordReset, RequestPasswordResetError};
pub use reset_password::{PasswordReset, ResetPasswordError};
pub use set_first_password::{FirstPasswordSet, SetFirstPassword, SetFirstPasswordError};
