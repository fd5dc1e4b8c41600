//! Passwords in the `accounts` contract.

use crate::domain::password::WeakPassword;
use crate::domain::{NewPassword, PasswordRules};

/// Beside the length, a password needs characters of four classes.
pub const PASSWORD_RULES: PasswordRules = PasswordRules { min: 8, max: 1024 };

/// A new password that the rules of the contract allow.
pub fn new_password(text: &str) -> Result<NewPassword, WeakPassword> {
    NewPassword::parse(text, PASSWORD_RULES)?.of_four_classes()
}
