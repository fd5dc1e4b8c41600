//! Errors of sign-in through identity providers.

use super::{ErrorCode, Failure};
use crate::contract::failures::failures;
use crate::operations::{
    AcceptInvitationWithIdentityError, AccountSignInError, CompleteAccountError, IdentifyByCodeError, IdentifyError,
    IdentitySignInError, Interruption, ProviderError,
};

impl Failure {
    pub fn unknown_provider() -> Self {
        Self::invalid_field("provider", "is not configured")
    }

    /// The client presents what a provider answered instead of an identity.
    pub fn denied_by_provider() -> Self {
        Self::invalid_field("error", "the provider reports an error")
    }

    pub fn proof_refused() -> Self {
        Self::new(
            http::StatusCode::UNAUTHORIZED,
            ErrorCode::InvalidToken,
            "The identity could not be verified",
        )
    }
}

impl From<ProviderError> for Failure {
    fn from(error: ProviderError) -> Self {
        match error {
            ProviderError::Unavailable => Interruption::Unavailable.into(),
            ProviderError::Unsupported
            | ProviderError::Refused
            | ProviderError::InvalidToken
            | ProviderError::NoIssuer
            | ProviderError::OtherIssuer => Self::proof_refused(),
        }
    }
}

failures! {
    IdentifyError {
        E::UnknownProvider => Failure::unknown_provider(),
        E::Provider(error) => error.into(),
        E::Captcha(refused) => refused.into(),
    }

    IdentifyByCodeError {
        E::UnknownProvider => Failure::unknown_provider(),
        E::StateRefused => Failure::proof_refused(),
        E::Provider(error) => error.into(),
        E::Captcha(refused) => refused.into(),
    }

    AccountSignInError {
        E::NotRegistered(token) => Failure {
            temp_token: token.map(|token| token.to_string()),
            ..Failure::not_found("The identity has no user")
        },
        E::SignIn(error) => error.into(),
    }

    IdentitySignInError {
        E::SignUpDisabled | E::NoEmail => Failure::not_found("The identity has no user"),
        E::AlreadyLinked => Failure::conflict(ErrorCode::EmailAlreadyExists, "The identity belongs to a user already"),
        E::NotLinked => Failure::forbidden(ErrorCode::Forbidden, "The identity is not linked to the user with its address"),
        E::AccountDeleted => Failure::forbidden(ErrorCode::UserInactive, "The user was deleted"),
        E::AccountBlocked(blocked) => blocked.into(),
        E::NotAdmitted(refused) => refused.into(),
        E::EmailNotVerified => Failure::forbidden(ErrorCode::EmailNotVerified, "The email address is not verified"),
        E::NoAccount => Failure::forbidden(ErrorCode::Forbidden, "The user has no role in an account"),
        E::AccountSuspended => Failure::forbidden(ErrorCode::AccountInactive, "The account is not active"),
        E::TokenSpent => Failure::proof_refused(),
    }

    AcceptInvitationWithIdentityError {
        E::SignUpDisabled => Failure::forbidden(ErrorCode::Forbidden, "The provider does not sign up new users"),
        E::EmailNotVerified => Failure::forbidden(ErrorCode::EmailNotVerified, "The provider has not verified the email address"),
        E::OtherAddress => Failure::forbidden(ErrorCode::Forbidden, "The invitation was sent to another address"),
        E::Used => Failure::conflict(ErrorCode::AlreadyUsed, "The invitation was used already"),
        E::EmailTaken => Failure::email_taken(),
        E::IdentityTaken => Failure::conflict(ErrorCode::AlreadyUsed, "The identity belongs to a user already"),
        E::NoSeat => Failure::no_seat(),
        E::AccountInactive => Failure::account_inactive(),
        E::Link(reason) => reason.into(),
        E::Mail(reason) => reason.into(),
    }

    CompleteAccountError {
        E::TokenRefused(reason) => reason.into(),
        E::NotOfProvider => Failure::forbidden(ErrorCode::Forbidden, "The token was issued for another provider"),
        E::OtherAddress => Failure::forbidden(ErrorCode::Forbidden, "The token was issued for another address"),
        E::SignUpDisabled => Failure::forbidden(ErrorCode::Forbidden, "The provider does not sign up new users"),
        E::EmailTaken => Failure::conflict(ErrorCode::EmailAlreadyExists, "The email address has a user already"),
        E::IdentityTaken => Failure::conflict(ErrorCode::AlreadyUsed, "The identity belongs to a user already"),
        E::Captcha(refused) => refused.into(),
        E::NotAdmitted(refused) => refused.into(),
    }
}
