//! Why a provider has not told who somebody is.

use http::StatusCode;

use crate::outbound::OutboundError;

#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone)]
pub enum ProviderError {
    /// It cannot be reached, or does not answer as it should; the cause is in the log.
    #[error("the provider does not answer as it should")]
    Unavailable,
    /// It does not take the code or the token.
    #[error("the provider refused")]
    Refused,
    /// A code came from another provider than the one that was asked (RFC 9207).
    #[error("the answer names another issuer")]
    OtherIssuer,
    /// The same may be: this provider always names itself.
    #[error("the answer names no issuer")]
    NoIssuer,
    /// A token is not what it claims to be, or was not issued for us.
    #[error("the provider's token does not hold")]
    InvalidToken,
    /// It has no such thing.
    #[error("the provider does not offer this")]
    Unsupported,
}

/// What an API answers to an access token. One that it does not take is nobody's fault: it may have been revoked.
pub(super) fn profile_failed(provider: &impl std::fmt::Display, error: &OutboundError) -> ProviderError {
    if let OutboundError::Status(StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN) = error {
        tracing::warn!(social.provider = %provider, %error, "a provider refused an access token");
        return ProviderError::Refused;
    }
    unavailable(provider, "profile", error)
}

/// Logs what went wrong, without anything that was sent.
pub(super) fn unavailable(
    provider: &impl std::fmt::Display,
    step: &str,
    error: &dyn std::error::Error,
) -> ProviderError {
    let cause = error.source().map(ToString::to_string);
    tracing::error!(social.provider = %provider, social.step = step, %error, error.cause = cause, "a provider failed");
    ProviderError::Unavailable
}

pub(super) fn invalid_token(provider: &impl std::fmt::Display, error: &dyn std::error::Error) -> ProviderError {
    let cause = error.source().map(ToString::to_string);
    tracing::warn!(social.provider = %provider, %error, error.cause = cause, "a provider's token was refused");
    ProviderError::InvalidToken
}
