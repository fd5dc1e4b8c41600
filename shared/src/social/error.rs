//! Why a provider has not told who somebody is.

#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone)]
pub enum ProviderError {
    /// It cannot be reached, or does not answer as it should; the cause is in the log.
    #[error("the provider does not answer as it should")]
    Unavailable,
    /// It does not take the code or the token.
    #[error("the provider refused")]
    Refused,
    /// A token is not what it claims to be, or was not issued for us.
    #[error("the provider's token does not hold")]
    InvalidToken,
    /// It has no such thing.
    #[error("the provider does not offer this")]
    Unsupported,
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
