//! Failures of the operations on accounts.

use super::{ACCOUNT_INACTIVE, ErrorCode, Failure};
use crate::contract::failures::failures;
use crate::operations::{CreateAccountError, ShowAccountError, UpdateAccountError};

impl Failure {
    pub fn account_not_found() -> Self {
        Self::not_found("Account not found")
    }
}

failures! {
    CreateAccountError {
        E::OnlySuperAdmin => "Only a SUPER_ADMIN may set ssoDomain or isDefaultAccount",
        E::EmailTaken => (ErrorCode::EmailAlreadyExists, "The email address is already in use"),
        E::Captcha(refused) => Failure::from(refused),
        E::NotAdmitted(refused) => Failure::from(refused),
    }

    ShowAccountError {
        E::NotFound => Failure::account_not_found(),
        E::NotPermitted => ACCOUNT_INACTIVE,
    }

    UpdateAccountError {
        E::NotFound => Failure::account_not_found(),
        E::NotPermitted => "Forbidden",
        E::OnlySuperAdmin => "Only a SUPER_ADMIN may change this",
        E::SeatsInUse => "The account has more users than maxUsers",
        E::PersonalOrganization => "The account is the personal one of its user",
        E::AdministratorOfOthers => "The name of the administrator cannot be changed here",
    }
}
