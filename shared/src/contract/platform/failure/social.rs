//! Errors of login through identity providers, and of linked identities.

use http::StatusCode;

use super::Failure;
use crate::contract::failures::failures;
use crate::domain::SignUpRefused;
use crate::operations::{
    BeginAuthorizationError, BeginLinkError, FinishAuthorizationError, IdentitySignInError, Interruption,
    LinkIdentityError, ProviderError, SocialError, UnlinkAccountError,
};

impl Failure {
    pub fn provider_not_enabled() -> Self {
        Self::not_found("The provider is not enabled")
    }

    /// The state is unknown, used or expired, or belongs to another browser. The answer does not say which.
    pub fn state_refused() -> Self {
        Self::bad_request("Invalid or expired state")
    }

    /// The provider does not confirm an identity of which this service may make use.
    fn identity_refused() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "The provider refused the code")
    }
}

/// Errors of a provider in the callback, whose document has no 404.
impl From<ProviderError> for Failure {
    fn from(error: ProviderError) -> Self {
        match error {
            ProviderError::Unavailable => Interruption::Unavailable.into(),
            // The provider was switched off after the login had begun.
            ProviderError::Unsupported => Self::forbidden("The provider is not enabled"),
            ProviderError::Refused
            | ProviderError::OtherIssuer
            | ProviderError::NoIssuer
            | ProviderError::InvalidToken => Self::identity_refused(),
        }
    }
}

impl From<SocialError> for Failure {
    fn from(error: SocialError) -> Self {
        match error {
            SocialError::Denied(reason) => {
                Self::bad_request(format!("The provider reports an error: {reason}")).with_code("PROVIDER_ERROR")
            }
            SocialError::Provider(error) => error.into(),
            SocialError::SignIn(error) => error.into(),
            SocialError::Link(error) => error.into(),
        }
    }
}

failures! {
    BeginAuthorizationError {
        E::ProviderNotFound => Failure::provider_not_enabled(),
        E::Captcha(refused) => Failure::from(refused),
        // The discovery document of a configured provider cannot be used.
        E::Provider(_) => Failure::from(Interruption::Unavailable),
    }

    BeginLinkError {
        E::ProviderNotFound => "Unknown or disabled provider",
        E::AlreadyLinked => "Already linked",
        E::Begin(error) => Failure::from(error),
    }

    FinishAuthorizationError {
        E::Refused { .. } => Failure::state_refused(),
    }

    IdentitySignInError {
        E::SignUpDisabled => {
            Failure::forbidden("The provider does not sign up new users").with_code("SIGN_UP_DISABLED")
        },
        E::NoEmail => Failure::forbidden("The provider names no email address").with_code("NO_EMAIL"),
        E::NotLinked | E::AlreadyLinked => {
            Failure::forbidden("The address belongs to a user to whom the identity is not linked")
                .with_code("ACCOUNT_NOT_LINKED")
        },
        E::EmailNotVerified => Failure::forbidden("The email address is not verified").with_code("EMAIL_NOT_VERIFIED"),
        E::AccountBlocked(blocked) => Failure::from(blocked),
        E::NotAdmitted(SignUpRefused::Closed) => Failure::registration_closed(),
        // The request has no field for the address: the provider named it.
        E::NotAdmitted(SignUpRefused::DomainNotAllowed) => {
            Failure::bad_request("Addresses of this domain may not register")
        },
        // A deleted user is answered like an unknown one.
        E::AccountDeleted | E::TokenSpent => Failure::identity_refused(),
        // This contract needs no account.
        E::NoAccount | E::AccountSuspended => "The user may not log in",
    }

    LinkIdentityError {
        E::IdentityTaken => {
            Failure::forbidden("The identity is linked to another user").with_code("IDENTITY_TAKEN")
        },
        E::AlreadyLinked => "Already linked",
        E::OtherEmail => {
            Failure::forbidden("The identity has another address than the user").with_code("OTHER_EMAIL")
        },
        E::EmailNotVerified => {
            Failure::forbidden("The provider has not verified the address").with_code("EMAIL_NOT_VERIFIED")
        },
        E::TokenSpent => Failure::identity_refused(),
    }

    UnlinkAccountError {
        E::AccountNotFound => "No such linked account",
        E::LastAccount => "The only way to log in cannot be removed",
    }
}
