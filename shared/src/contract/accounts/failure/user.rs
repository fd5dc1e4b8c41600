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
        E::NotTheCreator => Failure::forbidden(ErrorCode::Forbidden, "createdBy must be your own user ID"),
        E::RoleTooHigh => Failure::role_too_high(),
        E::EmailTaken => Failure::email_taken(),
        E::NoSeat => Failure::no_seat(),
        E::AccountInactive => Failure::account_inactive(),
    }

    AccountUserError {
        E::AccountNotFound => Failure::no_such_account(),
        E::NotPermitted => Failure::not_an_administrator(),
        E::UserNotFound => Failure::not_found("User not found"),
        E::RoleTooHigh => Failure::role_too_high(),
        E::RoleNotHeld => Failure::not_found("The user does not have the role"),
        E::RoleInactive => Failure::conflict(ErrorCode::Conflict, "The role is not active"),
        E::LastRole => Failure::conflict(ErrorCode::Conflict, "The last role of a user stays; delete the user instead"),
        E::TooManyRoles => Failure::conflict(ErrorCode::Conflict, "The user has too many roles"),
        E::LastAdministrator => Failure::conflict(ErrorCode::Conflict, "The last administrator of an account stays"),
        E::RoleOfService => Failure::conflict(ErrorCode::Conflict, "SUPER_ADMIN cannot be deactivated"),
        E::ProvenAddress => Failure::forbidden(
            ErrorCode::Forbidden,
            "The user has verified the address; only the user, or a SUPER_ADMIN, changes it",
        ),
        E::NotOfAccountAlone => Failure::forbidden(
            ErrorCode::Forbidden,
            "The user was not created in this account alone; you may change the roles only",
        ),
        E::Outranked => Failure::forbidden(ErrorCode::Forbidden, "The user has rights that you do not have"),
        E::Yourself => Failure::forbidden(ErrorCode::Forbidden, "You cannot do this to yourself"),
        E::OnlySuperAdmin => Failure::forbidden(ErrorCode::Forbidden, "Only a SUPER_ADMIN may do this"),
        E::StatusRefused => Failure::conflict(ErrorCode::Conflict, "The user cannot have this activation status now"),
        E::OtherAddress => Failure::conflict(ErrorCode::Conflict, "The email address is not that of the user"),
        E::EmailTaken => Failure::email_taken(),
    }

    RemindUserError {
        E::NotPermitted => Failure::not_an_administrator(),
        E::UserNotFound => Failure::not_found("User not found"),
        E::AlreadyVerified => Failure::conflict(ErrorCode::AlreadyVerified, "The email address is verified already"),
        E::Inactive => Failure::forbidden(ErrorCode::UserInactive, "The user is not active"),
        E::Repeated => Failure::conflict(ErrorCode::Conflict, "The email address is repeated"),
    }
}
