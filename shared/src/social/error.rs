//! Why a provider did not authenticate a user.

use std::sync::atomic::{AtomicBool, Ordering};

use http::StatusCode;

use crate::outbound::OutboundError;

#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone)]
pub enum ProviderError {
    /// The provider is unavailable or its response is malformed; the cause is in the log.
    #[error("the provider does not answer as it should")]
    Unavailable,
    /// The provider refuses the code or the token.
    #[error("the provider refused")]
    Refused,
    /// A code came from another provider than the one that was asked (RFC 9207).
    #[error("the answer names another issuer")]
    OtherIssuer,
    /// The response has no issuer, although this provider always adds one, so it may be from another provider.
    #[error("the answer names no issuer")]
    NoIssuer,
    /// A token is forged, expired or not issued to this client.
    #[error("the provider's token is invalid")]
    InvalidToken,
    /// The provider has no such feature.
    #[error("the provider does not offer this")]
    Unsupported,
}

/// Whether a provider has refused the client id or the client secret, which is an error of the configuration.
#[derive(Debug, Default)]
pub struct ClientRefusal(AtomicBool);

impl ClientRefusal {
    pub fn note(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    pub fn is_noted(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// The error for a failed request with an access token. A refused token is no server error, because it may have been
/// revoked.
pub(super) fn profile_failed(provider: &impl std::fmt::Display, error: &OutboundError) -> ProviderError {
    if let OutboundError::Status(StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN) = error {
        tracing::warn!(social.provider = %provider, %error, "a provider refused an access token");
        return ProviderError::Refused;
    }
    unavailable(provider, "profile", error)
}

/// Logs the error, without any data of the request.
pub(super) fn unavailable(
    provider: &impl std::fmt::Display,
    step: &str,
    error: &dyn std::error::Error,
) -> ProviderError {
    let cause = cause_of(error);
    tracing::error!(social.provider = %provider, social.step = step, %error, error.cause = cause, "a provider failed");
    ProviderError::Unavailable
}

/// The cause without the text of the provider: a message of serde quotes the document, which may repeat a secret.
fn cause_of(error: &dyn std::error::Error) -> Option<String> {
    let cause = error.source()?;
    Some(match cause.downcast_ref::<serde_json::Error>() {
        Some(error) => malformed(error),
        None => cause.to_string(),
    })
}

/// Where a document is malformed.
pub(super) fn malformed(error: &serde_json::Error) -> String {
    let (line, column) = (error.line(), error.column());
    format!("{:?} error at line {line}, column {column}", error.classify())
}

pub(super) fn invalid_token(provider: &impl std::fmt::Display, error: &dyn std::error::Error) -> ProviderError {
    let cause = cause_of(error);
    tracing::warn!(social.provider = %provider, %error, error.cause = cause, "a provider's token was refused");
    ProviderError::InvalidToken
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cause_of_an_error_does_not_quote_the_document() {
        let error = serde_json::from_str::<u8>(r#""a secret of the client""#).expect_err("no number");
        assert!(error.to_string().contains("a secret"), "{error}");
        let cause = cause_of(&OutboundError::Json(error)).expect("a cause");
        assert_eq!(cause, "Data error at line 1, column 24");
    }
}
