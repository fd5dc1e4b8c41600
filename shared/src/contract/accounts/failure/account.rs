//! Failures of the operations on accounts.

use super::{ErrorCode, Failure};
use crate::contract::failures::failures;
use crate::operations::{CreateAccountError, ShowAccountError, UpdateAccountError};

impl Failure {
    pub fn account_not_found() -> Self {
        Self::not_found("Account not found")
    }
}

failures! {
    CreateAccountError {
        E::OnlySuperAdmin => Failure::forbidden(ErrorCode::Forbidden, "Only a SUPER_ADMIN may set ssoDomain or isDefaultAccount"),
        E::EmailTaken => Failure::conflict(ErrorCode::EmailAlreadyExists, "The email address is already in use"),
        E::Captcha(refused) => refused.into(),
        E::NotAdmitted(refused) => refused.into(),
    }

    ShowAccountError {
        E::NotFound => Failure::account_not_found(),
        E::NotPermitted => Failure::forbidden(ErrorCode::AccountInactive, "The account is not active"),
    }

    UpdateAccountError {
        E::NotFound => Failure::account_not_found(),
        E::NotPermitted => Failure::forbidden(ErrorCode::Forbidden, "Forbidden"),
        E::OnlySuperAdmin => Failure::forbidden(ErrorCode::Forbidden, "Only a SUPER_ADMIN may change this"),
        E::SeatsInUse => Failure::conflict(ErrorCode::SeatLimitReached, "The account has more users than maxUsers"),
        E::PersonalOrganization => Failure::conflict(ErrorCode::Conflict, "The account is the personal one of its user"),
        E::AdministratorOfOthers => Failure::forbidden(ErrorCode::Forbidden, "The name of the administrator cannot be changed here"),
    }
}
