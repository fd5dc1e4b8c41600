//! Errors of sign-in with identity providers, in response bodies and in the `error` parameter of a redirect.

use http::StatusCode;

use super::Failure;
use crate::contract::failures::failures;
use crate::domain::authorization::AuthorizationRefused;
use crate::operations::{
    BeginAuthorizationError, FinishAuthorizationError, IdentitySignInError, Interruption, LinkIdentityError,
    ProviderTokensError, ShowProviderProfileError, SocialError, UnlinkAccountError,
};
use crate::social::ProviderError;

impl Failure {
    pub fn provider_not_found() -> Self {
        Self::plain(StatusCode::NOT_FOUND, "PROVIDER_NOT_FOUND")
    }

    pub fn account_not_found() -> Self {
        Self::plain(StatusCode::BAD_REQUEST, "ACCOUNT_NOT_FOUND")
    }
}

/// The `error` parameter of the redirect that reports the failure to the browser.
pub fn social_error(error: &SocialError) -> &str {
    match error {
        SocialError::Denied(error) => error,
        SocialError::Provider(ProviderError::Refused) => "invalid_code",
        SocialError::Provider(ProviderError::OtherIssuer) => "issuer_mismatch",
        SocialError::Provider(ProviderError::NoIssuer) => "issuer_missing",
        SocialError::Provider(ProviderError::InvalidToken) | SocialError::Link(LinkIdentityError::TokenSpent) => {
            "unable_to_get_user_info"
        }
        SocialError::Provider(ProviderError::Unsupported) => "oauth_provider_not_found",
        SocialError::Provider(ProviderError::Unavailable)
        | SocialError::Link(LinkIdentityError::Interrupted(
            Interruption::TooManyRequests { .. } | Interruption::Unavailable | Interruption::Internal(_),
        )) => "temporarily_unavailable",
        SocialError::SignIn(error) => match error {
            IdentitySignInError::Interrupted(_) => "temporarily_unavailable",
            IdentitySignInError::SignUpDisabled | IdentitySignInError::NotAdmitted(_) => "signup_disabled",
            IdentitySignInError::NoEmail => "email_not_found",
            IdentitySignInError::NotLinked | IdentitySignInError::AlreadyLinked => "account_not_linked",
            IdentitySignInError::EmailNotVerified => "email_not_verified",
            IdentitySignInError::AccountDeleted | IdentitySignInError::AccountBlocked(_) => "banned",
            // The last two do not occur: this contract needs no account.
            IdentitySignInError::TokenSpent
            | IdentitySignInError::NoAccount
            | IdentitySignInError::AccountSuspended => "unable_to_get_user_info",
        },
        SocialError::Link(LinkIdentityError::IdentityTaken) => "account_already_linked_to_different_user",
        SocialError::Link(LinkIdentityError::OtherEmail) => "email_does_not_match",
        SocialError::Link(
            LinkIdentityError::AlreadyLinked
            | LinkIdentityError::EmailNotVerified
            | LinkIdentityError::Interrupted(
                Interruption::SessionGone
                | Interruption::Impersonated
                | Interruption::SecondFactorNotShown
                | Interruption::SessionNotFresh
                | Interruption::OrganizationReadOnly,
            ),
        ) => "unable_to_link_account",
    }
}

/// The error for an invalid state. As in the framework, it does not say why the state is invalid.
pub fn authorization_refused(refused: AuthorizationRefused) -> &'static str {
    match refused {
        AuthorizationRefused::Unknown
        | AuthorizationRefused::OtherBrowser
        | AuthorizationRefused::OtherProvider
        | AuthorizationRefused::OtherContract => "state_mismatch",
    }
}

impl From<ProviderError> for Failure {
    fn from(error: ProviderError) -> Self {
        match error {
            ProviderError::Unavailable => Interruption::Unavailable.into(),
            ProviderError::Refused
            | ProviderError::OtherIssuer
            | ProviderError::NoIssuer
            | ProviderError::InvalidToken => Self::invalid_token(StatusCode::UNAUTHORIZED),
            ProviderError::Unsupported => Self::new(
                StatusCode::NOT_FOUND,
                "ID_TOKEN_NOT_SUPPORTED",
                "id_token not supported",
            ),
        }
    }
}

failures! {
    BeginAuthorizationError {
        E::ProviderNotFound => Failure::provider_not_found(),
        E::Captcha(refused) => Failure::from(refused),
        E::Provider(error) => Failure::from(error),
    }

    FinishAuthorizationError {
        E::Refused { reason, .. } => Failure::bad_request("STATE_MISMATCH", authorization_refused(reason)),
    }
}

impl From<IdentitySignInError> for Failure {
    fn from(error: IdentitySignInError) -> Self {
        let unauthorized = |code, message: &str| Self::new(StatusCode::UNAUTHORIZED, code, message);
        match error {
            IdentitySignInError::SignUpDisabled | IdentitySignInError::NotAdmitted(_) => {
                unauthorized("SIGNUP_DISABLED", "signup disabled")
            }
            IdentitySignInError::NoEmail => unauthorized("USER_EMAIL_NOT_FOUND", "User email not found"),
            IdentitySignInError::AlreadyLinked | IdentitySignInError::NotLinked => {
                unauthorized("ACCOUNT_NOT_LINKED", "account not linked")
            }
            IdentitySignInError::AccountDeleted => crate::domain::user::AccountBlocked::Deleted.into(),
            IdentitySignInError::AccountBlocked(blocked) => blocked.into(),
            // This contract needs no account.
            IdentitySignInError::NoAccount | IdentitySignInError::AccountSuspended => {
                crate::domain::user::AccountBlocked::NotActive.into()
            }
            IdentitySignInError::EmailNotVerified => Self::plain(StatusCode::FORBIDDEN, "EMAIL_NOT_VERIFIED"),
            IdentitySignInError::TokenSpent => ProviderError::InvalidToken.into(),
            IdentitySignInError::Interrupted(interruption) => interruption.into(),
        }
    }
}

failures! {
    LinkIdentityError {
        E::IdentityTaken => Failure::plain(StatusCode::CONFLICT, "SOCIAL_ACCOUNT_ALREADY_LINKED"),
        E::OtherEmail => Failure::new(
            StatusCode::UNAUTHORIZED,
            "LINKING_DIFFERENT_EMAILS_NOT_ALLOWED",
            "Account not linked - different emails not allowed",
        ),
        E::TokenSpent => Failure::from(ProviderError::InvalidToken),
        // The first one does not occur: this contract has no limit.
        E::AlreadyLinked | E::Interrupted(Interruption::Impersonated) | E::EmailNotVerified => {
            Failure::new(
                StatusCode::UNAUTHORIZED,
                "LINKING_NOT_ALLOWED",
                "Account not linked - linking not allowed",
            )
        },
    }

    UnlinkAccountError {
        E::AccountNotFound => "ACCOUNT_NOT_FOUND",
        E::LastAccount => ("FAILED_TO_UNLINK_LAST_ACCOUNT", "You can't unlink your last account"),
    }

    ProviderTokensError {
        E::AccountNotFound => "ACCOUNT_NOT_FOUND",
        E::ProviderNotFound => ("PROVIDER_NOT_SUPPORTED", "Provider is not supported."),
        E::NoAccessToken => "ACCESS_TOKEN_NOT_FOUND",
        E::NoRefreshToken => "REFRESH_TOKEN_NOT_FOUND",
        E::Provider(ProviderError::Unavailable)
        | E::Stale(ProviderError::Unavailable) => Failure::from(Interruption::Unavailable),
        E::Stale(_) => Failure::bad_request("FAILED_TO_GET_ACCESS_TOKEN", "Failed to get a valid access token"),
        E::Provider(ProviderError::Unsupported) => Failure::bad_request(
            "TOKEN_REFRESH_NOT_SUPPORTED",
            "Provider does not support token refreshing.",
        ),
        E::Provider(_) => Failure::plain(StatusCode::BAD_REQUEST, "FAILED_TO_REFRESH_ACCESS_TOKEN"),
    }

    ShowProviderProfileError {
        E::ProviderNotFound => (
            "PROVIDER_NOT_CONFIGURED",
            "Account is not associated with a configured social provider.",
        ),
        E::Tokens(error) => Failure::from(error),
        E::Provider(ProviderError::Unavailable) => Failure::from(Interruption::Unavailable),
        E::Provider(_) => Failure::plain(StatusCode::UNAUTHORIZED, "FAILED_TO_GET_USER_INFO"),
    }
}
