//! Errors of administrators' actions on users.

use super::Failure;
use crate::contract::failures::failures;
use crate::operations::PlatformUserError;

failures! {
    PlatformUserError {
        E::UserNotFound => "User not found",
        E::EmailTaken => "User already exists",
        E::OnlyOwner => "Last owner of an organization",
        E::NotAMember => Failure::invalid("organizationId", "must be an organization of the user"),
        E::NoPhone => Failure::invalid("phone_verified", "needs a telephone number"),
        E::WeakPassword(weak) => Failure::weak_password("newPassword", weak),
    }
}
