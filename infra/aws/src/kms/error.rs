//! The errors of KMS, with the names and messages of AWS.

use axum::{http::StatusCode, response::Response};
use serde_json::Value;

use crate::wire;

/// An error as the caller sees it.
#[derive(Debug)]
pub(crate) struct KmsError {
    code: &'static str,
    message: String,
}

/// The answer of an operation.
pub(super) type Outcome = Result<Value, KmsError>;

impl KmsError {
    pub(super) fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
        }
    }

    pub(super) fn validation(message: impl Into<String>) -> Self {
        Self::new("ValidationException", message)
    }

    pub(super) fn no_such_key(arn: &str) -> Self {
        Self::new("NotFoundException", format!("Key '{arn}' does not exist"))
    }

    pub(super) fn no_such_alias(arn: &str) -> Self {
        Self::new("NotFoundException", format!("Alias {arn} is not found."))
    }

    pub(super) fn disabled(arn: &str) -> Self {
        Self::new("DisabledException", format!("{arn} is disabled."))
    }

    pub(super) fn pending_deletion(arn: &str) -> Self {
        Self::new("KMSInvalidStateException", format!("{arn} is pending deletion."))
    }

    pub(super) fn not_pending_deletion(arn: &str) -> Self {
        Self::new("KMSInvalidStateException", format!("{arn} is not pending deletion."))
    }

    pub(super) fn wrong_usage(arn: &str, usage: &str, operation: &str) -> Self {
        Self::new(
            "InvalidKeyUsageException",
            format!("{arn} key usage is {usage} which is not valid for {operation}."),
        )
    }

    pub(super) fn wrong_algorithm(algorithm: &str, spec: &str) -> Self {
        Self::new(
            "InvalidKeyUsageException",
            format!("Algorithm {algorithm} is incompatible with key spec {spec}."),
        )
    }

    /// AWS does not reveal more, whether the blob, the key or the encryption context does not match.
    pub(super) fn invalid_ciphertext() -> Self {
        Self::new("InvalidCiphertextException", "")
    }

    pub(super) fn incorrect_key() -> Self {
        Self::new(
            "IncorrectKeyException",
            "The key ID in the request does not identify a CMK that can perform this operation.",
        )
    }

    pub(super) fn internal(error: impl std::fmt::Display) -> Self {
        tracing::error!(%error, "the local KMS failed");
        Self::new("KMSInternalException", "Internal service error")
    }
}

impl From<KmsError> for Response {
    fn from(error: KmsError) -> Self {
        let status = match error.code {
            "KMSInternalException" => StatusCode::INTERNAL_SERVER_ERROR,
            _ => StatusCode::BAD_REQUEST,
        };
        wire::json_error(status, wire::JSON_1_1, error.code, &error.message)
    }
}
