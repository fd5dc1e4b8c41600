//! Errors of sign-in through identity providers.

use super::{ACCOUNT_INACTIVE, EMAIL_NOT_VERIFIED, ErrorCode, Failure};
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
        E::Provider(error) => Failure::from(error),
        E::Captcha(refused) => Failure::from(refused),
    }

    IdentifyByCodeError {
        E::UnknownProvider => Failure::unknown_provider(),
        E::StateRefused => Failure::proof_refused(),
        E::Provider(error) => Failure::from(error),
        E::Captcha(refused) => Failure::from(refused),
    }

    AccountSignInError {
        E::NotRegistered(token) => Failure {
            temp_token: token.map(|token| token.to_string()),
            ..Failure::not_found("The identity has no user")
        },
        E::SignIn(error) => Failure::from(error),
    }

    IdentitySignInError {
        E::SignUpDisabled | E::NoEmail => Failure::not_found("The identity has no user"),
        E::AlreadyLinked => (ErrorCode::EmailAlreadyExists, "The identity belongs to a user already"),
        E::NotLinked => Failure::forbidden(ErrorCode::Forbidden, "The identity is not linked to the user with its address"),
        E::AccountDeleted => (ErrorCode::UserInactive, "The user was deleted"),
        E::AccountBlocked(blocked) => Failure::from(blocked),
        E::NotAdmitted(refused) => Failure::from(refused),
        E::EmailNotVerified => EMAIL_NOT_VERIFIED,
        E::NoAccount => "The user has no role in an account",
        E::AccountSuspended => ACCOUNT_INACTIVE,
        E::TokenSpent => Failure::proof_refused(),
    }

    AcceptInvitationWithIdentityError {
        E::SignUpDisabled => "The provider does not sign up new users",
        E::EmailNotVerified => (ErrorCode::EmailNotVerified, "The provider has not verified the email address"),
        E::OtherAddress => "The invitation was sent to another address",
        E::Used => (ErrorCode::AlreadyUsed, "The invitation was used already"),
        E::EmailTaken => Failure::email_taken(),
        E::IdentityTaken => (ErrorCode::AlreadyUsed, "The identity belongs to a user already"),
        E::NoSeat => Failure::no_seat(),
        E::AccountInactive => Failure::account_inactive(),
        E::Link(reason) => Failure::from(reason),
        E::Mail(reason) => Failure::from(reason),
    }

    CompleteAccountError {
        E::TokenRefused(reason) => Failure::from(reason),
        E::NotOfProvider => "The token was issued for another provider",
        E::OtherAddress => "The token was issued for another address",
        E::SignUpDisabled => "The provider does not sign up new users",
        E::EmailTaken => (ErrorCode::EmailAlreadyExists, "The email address has a user already"),
        E::IdentityTaken => (ErrorCode::AlreadyUsed, "The identity belongs to a user already"),
        E::Captcha(refused) => Failure::from(refused),
        E::NotAdmitted(refused) => Failure::from(refused),
    }
}
