//! Failures of the operations on registration links.

use super::{ErrorCode, Failure};
use crate::contract::failures::failures;
use crate::domain::registration_link::LinkRefused;
use crate::operations::{
    AcceptRegistrationLinkError, CheckAccountInvitationError, CheckRegistrationLinkError, CreateRegistrationLinkError,
};

impl From<LinkRefused> for Failure {
    fn from(refused: LinkRefused) -> Self {
        match refused {
            LinkRefused::Unknown => Self::unknown_link(),
            LinkRefused::Spent => Self::conflict(ErrorCode::AlreadyUsed, "The link was used already"),
            LinkRefused::Expired => Self::expired("The link has expired"),
            LinkRefused::Ended => Self::expired("The link is no longer valid"),
        }
    }
}

impl Failure {
    pub fn unknown_link() -> Self {
        Self::new(
            http::StatusCode::BAD_REQUEST,
            ErrorCode::InvalidToken,
            "The link is not valid",
        )
    }
}

failures! {
    CreateRegistrationLinkError {
        E::AccountNotFound => Failure::no_such_account(),
        E::NotPermitted => Failure::not_an_administrator(),
        E::RoleTooHigh => Failure::role_too_high(),
    }

    CheckRegistrationLinkError {
        E::Refused(refused) => Failure::from(refused),
    }

    CheckAccountInvitationError {
        E::TokenRefused(reason) => Failure::from(reason),
        E::Used => (ErrorCode::AlreadyUsed, "The invitation was used already"),
        E::Ended => "The invitation is no longer valid",
    }

    AcceptRegistrationLinkError {
        E::Refused(refused) => Failure::from(refused),
        E::EmailTaken => Failure::email_taken(),
        E::NoSeat => Failure::no_seat(),
        E::AccountInactive => Failure::account_inactive(),
        E::Captcha(refused) => Failure::from(refused),
        E::WeakPassword(weak) => Failure::weak_password("password", weak),
    }
}
