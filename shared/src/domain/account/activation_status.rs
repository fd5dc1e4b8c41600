//! How far a user of an account has come towards being able to sign in, as the accounts contract names it.

use crate::domain::text::text_enum;
use crate::domain::{User, UserStatus};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ActivationStatus {
    PendingEmailVerification,
    /// The address is verified, and the first password is to be set.
    PendingAccountCreation,
    Invited,
    Active,
    Inactive,
}

text_enum!(ActivationStatus {
    PendingEmailVerification => "PENDING_EMAIL_VERIFICATION",
    PendingAccountCreation => "PENDING_ACCOUNT_CREATION",
    Invited => "INVITED",
    Active => "ACTIVE",
    Inactive => "INACTIVE",
});

impl ActivationStatus {
    pub fn of(user: &User) -> Self {
        match user.status {
            UserStatus::Active if user.is_email_verified() => Self::Active,
            UserStatus::Pending if user.is_email_verified() => Self::PendingAccountCreation,
            UserStatus::Active | UserStatus::Pending => Self::PendingEmailVerification,
            UserStatus::Invited => Self::Invited,
            UserStatus::Inactive | UserStatus::Suspended | UserStatus::Banned { .. } | UserStatus::Deleted => {
                Self::Inactive
            }
        }
    }
}
