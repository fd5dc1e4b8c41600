//! Failures of the operations on users of an account.

use super::{ErrorCode, Failure};
use crate::contract::failures::failures;
use crate::operations::{AccountUserError, CreateAccountUserError, RemindUserError};

impl Failure {
    pub(super) fn no_such_account() -> Self {
        Self::not_found("Account not found")
    }

    pub(super) fn not_an_administrator() -> Self {
        Self::forbidden(ErrorCode::Forbidden, "The account's administrators may do this")
    }

    pub(super) fn role_too_high() -> Self {
        Self::forbidden(ErrorCode::Forbidden, "The role is not yours to grant or to remove")
    }

    pub(super) fn email_taken() -> Self {
        Self::conflict(ErrorCode::EmailAlreadyExists, "The email address has a user")
    }

    pub(super) fn no_seat() -> Self {
        Self::conflict(ErrorCode::SeatLimitReached, "The account has no free seat")
    }

    pub(super) fn account_inactive() -> Self {
        Self::forbidden(ErrorCode::AccountInactive, "The account is not active")
    }
}

failures! {
    CreateAccountUserError {
        E::AccountNotFound => Failure::no_such_account(),
        E::NotPermitted => Failure::not_an_administrator(),
        E::NotTheCreator => "createdBy must be your own user ID",
        E::RoleTooHigh => Failure::role_too_high(),
        E::EmailTaken => Failure::email_taken(),
        E::NoSeat => Failure::no_seat(),
        E::AccountInactive => Failure::account_inactive(),
    }

    AccountUserError {
        E::AccountNotFound => Failure::no_such_account(),
        E::NotPermitted => Failure::not_an_administrator(),
        E::UserNotFound => "User not found",
        E::RoleTooHigh => Failure::role_too_high(),
        E::RoleNotHeld => "The user does not have the role",
        E::RoleInactive => "The role is not active",
        E::LastRole => "The last role of a user stays; delete the user instead",
        E::TooManyRoles => "The user has too many roles",
        E::LastAdministrator => "The last administrator of an account stays",
        E::RoleOfService => "SUPER_ADMIN cannot be deactivated",
        E::ProvenAddress => "The user has verified the address; only the user, or a SUPER_ADMIN, changes it",
        E::NotOfAccountAlone => "The user was not created in this account alone; you may change the roles only",
        E::Outranked => "The user has rights that you do not have",
        E::Yourself => "You cannot do this to yourself",
        E::OnlySuperAdmin => "Only a SUPER_ADMIN may do this",
        E::StatusRefused => "The user cannot have this activation status now",
        E::OtherAddress => "The email address is not that of the user",
        E::EmailTaken => Failure::email_taken(),
    }

    RemindUserError {
        E::NotPermitted => Failure::not_an_administrator(),
        E::UserNotFound => "User not found",
        E::AlreadyVerified => (ErrorCode::AlreadyVerified, "The email address is verified already"),
        E::Inactive => (ErrorCode::UserInactive, "The user is not active"),
        E::Repeated => "The email address is repeated",
    }
}
