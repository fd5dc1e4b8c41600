//! What goes wrong in sign-ins at other providers: as an answer, and as the word that a redirect carries.

use http::StatusCode;

use super::Failure;
use crate::domain::authorization::AuthorizationRefused;
use crate::operations::{
    BeginAuthorizationError, FinishAuthorizationError, IdentitySignInError, Interruption, LinkIdentityError,
    ProviderTokensError, ShowProviderProfileError, SocialError, UnlinkAccountError,
};
use crate::social::ProviderError;

impl Failure {
    pub fn provider_not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, "PROVIDER_NOT_FOUND", "Provider not found")
    }

    pub fn account_not_found() -> Self {
        Self::bad_request("ACCOUNT_NOT_FOUND", "Account not found")
    }
}

/// The `error` parameter of the redirect after which a browser learns what went wrong.
pub fn social_error(error: &SocialError) -> &str {
    match error {
        SocialError::Denied(error) => error,
        SocialError::Provider(ProviderError::Refused) => "invalid_code",
        SocialError::Provider(ProviderError::OtherIssuer) => "issuer_mismatch",
        SocialError::Provider(ProviderError::NoIssuer) => "issuer_missing",
        SocialError::Provider(ProviderError::InvalidToken) => "unable_to_get_user_info",
        SocialError::Provider(ProviderError::Unsupported) => "oauth_provider_not_found",
        SocialError::Provider(ProviderError::Unavailable)
        | SocialError::Link(LinkIdentityError::Interrupted(
            Interruption::TooManyRequests { .. } | Interruption::Unavailable | Interruption::Internal(_),
        )) => "temporarily_unavailable",
        SocialError::SignIn(error) => match error {
            IdentitySignInError::Interrupted(_) => "temporarily_unavailable",
            IdentitySignInError::SignUpDisabled => "signup_disabled",
            IdentitySignInError::NoEmail => "email_not_found",
            IdentitySignInError::NotLinked | IdentitySignInError::AlreadyLinked => "account_not_linked",
            IdentitySignInError::EmailNotVerified => "email_not_verified",
            IdentitySignInError::AccountDeleted | IdentitySignInError::Barred(_) => "banned",
        },
        SocialError::Link(LinkIdentityError::IdentityTaken) => "account_already_linked_to_different_user",
        SocialError::Link(LinkIdentityError::OtherEmail) => "email_does_not_match",
        SocialError::Link(
            LinkIdentityError::EmailNotVerified
            | LinkIdentityError::SecondFactorNotShown
            | LinkIdentityError::Interrupted(Interruption::SessionGone | Interruption::Impersonated),
        ) => "unable_to_link_account",
    }
}

/// The same of a state that opens nothing. Which it was, the framework does not tell either.
pub fn authorization_refused(refused: AuthorizationRefused) -> &'static str {
    match refused {
        AuthorizationRefused::Unknown | AuthorizationRefused::OtherBrowser | AuthorizationRefused::OtherProvider => {
            "state_mismatch"
        }
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

impl From<BeginAuthorizationError> for Failure {
    fn from(error: BeginAuthorizationError) -> Self {
        match error {
            BeginAuthorizationError::ProviderNotFound => Self::provider_not_found(),
            BeginAuthorizationError::Provider(error) => error.into(),
            BeginAuthorizationError::Interrupted(interruption) => interruption.into(),
        }
    }
}

impl From<FinishAuthorizationError> for Failure {
    fn from(error: FinishAuthorizationError) -> Self {
        match error {
            FinishAuthorizationError::Refused { reason, .. } => {
                Self::bad_request("STATE_MISMATCH", authorization_refused(reason))
            }
            FinishAuthorizationError::Interrupted(interruption) => interruption.into(),
        }
    }
}

impl From<IdentitySignInError> for Failure {
    fn from(error: IdentitySignInError) -> Self {
        let unauthorized = |code, message: &str| Self::new(StatusCode::UNAUTHORIZED, code, message);
        match error {
            IdentitySignInError::SignUpDisabled => unauthorized("SIGNUP_DISABLED", "signup disabled"),
            IdentitySignInError::NoEmail => unauthorized("USER_EMAIL_NOT_FOUND", "User email not found"),
            IdentitySignInError::AlreadyLinked | IdentitySignInError::NotLinked => {
                unauthorized("ACCOUNT_NOT_LINKED", "account not linked")
            }
            IdentitySignInError::AccountDeleted => crate::domain::user::Barred::Deleted.into(),
            IdentitySignInError::Barred(barred) => barred.into(),
            IdentitySignInError::EmailNotVerified => {
                Self::new(StatusCode::FORBIDDEN, "EMAIL_NOT_VERIFIED", "Email not verified")
            }
            IdentitySignInError::Interrupted(interruption) => interruption.into(),
        }
    }
}

impl From<LinkIdentityError> for Failure {
    fn from(error: LinkIdentityError) -> Self {
        match error {
            LinkIdentityError::IdentityTaken => Self::new(
                StatusCode::CONFLICT,
                "SOCIAL_ACCOUNT_ALREADY_LINKED",
                "Social account already linked",
            ),
            LinkIdentityError::OtherEmail => Self::new(
                StatusCode::UNAUTHORIZED,
                "LINKING_DIFFERENT_EMAILS_NOT_ALLOWED",
                "Account not linked - different emails not allowed",
            ),
            LinkIdentityError::SecondFactorNotShown => Self::session_not_fresh(),
            LinkIdentityError::Interrupted(Interruption::Impersonated) | LinkIdentityError::EmailNotVerified => {
                Self::new(
                    StatusCode::UNAUTHORIZED,
                    "LINKING_NOT_ALLOWED",
                    "Account not linked - linking not allowed",
                )
            }
            LinkIdentityError::Interrupted(interruption) => interruption.into(),
        }
    }
}

impl From<UnlinkAccountError> for Failure {
    fn from(error: UnlinkAccountError) -> Self {
        match error {
            UnlinkAccountError::AccountNotFound => Self::account_not_found(),
            UnlinkAccountError::LastAccount => {
                Self::bad_request("FAILED_TO_UNLINK_LAST_ACCOUNT", "You can't unlink your last account")
            }
            UnlinkAccountError::Interrupted(interruption) => interruption.into(),
        }
    }
}

impl From<ProviderTokensError> for Failure {
    fn from(error: ProviderTokensError) -> Self {
        match error {
            ProviderTokensError::AccountNotFound => Self::account_not_found(),
            ProviderTokensError::ProviderNotFound => {
                Self::bad_request("PROVIDER_NOT_SUPPORTED", "Provider is not supported.")
            }
            ProviderTokensError::NoAccessToken => Self::bad_request("ACCESS_TOKEN_NOT_FOUND", "Access token not found"),
            ProviderTokensError::NoRefreshToken => {
                Self::bad_request("REFRESH_TOKEN_NOT_FOUND", "Refresh token not found")
            }
            ProviderTokensError::Provider(ProviderError::Unavailable)
            | ProviderTokensError::Stale(ProviderError::Unavailable) => Interruption::Unavailable.into(),
            ProviderTokensError::Stale(_) => {
                Self::bad_request("FAILED_TO_GET_ACCESS_TOKEN", "Failed to get a valid access token")
            }
            ProviderTokensError::Provider(ProviderError::Unsupported) => Self::bad_request(
                "TOKEN_REFRESH_NOT_SUPPORTED",
                "Provider does not support token refreshing.",
            ),
            ProviderTokensError::Provider(_) => {
                Self::bad_request("FAILED_TO_REFRESH_ACCESS_TOKEN", "Failed to refresh access token")
            }
            ProviderTokensError::Interrupted(interruption) => interruption.into(),
        }
    }
}

impl From<ShowProviderProfileError> for Failure {
    fn from(error: ShowProviderProfileError) -> Self {
        match error {
            ShowProviderProfileError::ProviderNotFound => Self::bad_request(
                "PROVIDER_NOT_CONFIGURED",
                "Account is not associated with a configured social provider.",
            ),
            ShowProviderProfileError::Tokens(error) => error.into(),
            ShowProviderProfileError::Provider(ProviderError::Unavailable) => Interruption::Unavailable.into(),
            ShowProviderProfileError::Provider(_) => Self::new(
                StatusCode::UNAUTHORIZED,
                "FAILED_TO_GET_USER_INFO",
                "Failed to get user info",
            ),
            ShowProviderProfileError::Interrupted(interruption) => interruption.into(),
        }
    }
}
