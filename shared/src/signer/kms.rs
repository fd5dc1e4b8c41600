//! How KMS is called, and what a failure means. The requests are where their answers are used.

use std::error::Error;
use std::fmt::{self, Display};

use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;

use super::SignerError;
use crate::usage::{self, Service};

/// What the callers tell apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum KmsFailure {
    /// The ciphertext is not one of the key's, or not of this encryption context.
    Undecryptable,
    Unavailable {
        throttled: bool,
    },
}

/// Sends a request to KMS, counts it, and logs its failure.
///
/// The SDK's futures have many kilobytes, and those of all callers would contain them: hence the box.
pub(super) fn call<T, E, R>(
    operation: &'static str,
    send: impl Future<Output = Result<T, SdkError<E, R>>> + Send,
) -> impl Future<Output = Result<T, KmsFailure>> + Send
where
    E: ProvideErrorMetadata + Error + 'static,
    R: fmt::Debug,
{
    let send = Box::pin(send);
    async move {
        usage::record_call(Service::Kms);
        send.await.map_err(|error| failure(operation, &error))
    }
}

fn failure<E, R>(operation: &'static str, error: &SdkError<E, R>) -> KmsFailure
where
    E: ProvideErrorMetadata + Error + 'static,
    R: fmt::Debug,
{
    let code = error.code().unwrap_or_default();
    tracing::error!(aws.operation = operation, error.code = code, error.cause = %Causes(error), "a call to KMS failed");
    match code {
        "InvalidCiphertextException" | "IncorrectKeyException" => KmsFailure::Undecryptable,
        _ => KmsFailure::Unavailable {
            throttled: code == "ThrottlingException",
        },
    }
}

/// The call succeeded, and lacks what its answer always has.
pub(super) fn incomplete(operation: &'static str) -> KmsFailure {
    tracing::error!(aws.operation = operation, "an answer of KMS lacks what was asked for");
    KmsFailure::Unavailable { throttled: false }
}

/// An error and its causes. The SDK's own rendering ends with the debug form, and that shows the body of the answer, which may
/// be a plaintext.
struct Causes<'a>(&'a dyn Error);

impl Display for Causes<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)?;
        std::iter::successors(self.0.source(), |&error| error.source()).try_for_each(|cause| write!(f, ": {cause}"))
    }
}

impl From<KmsFailure> for SignerError {
    fn from(failure: KmsFailure) -> Self {
        match failure {
            // Only a private key is decrypted on the way to a token.
            KmsFailure::Undecryptable => Self::UnusableKey,
            KmsFailure::Unavailable { throttled } => Self::Unavailable { throttled },
        }
    }
}
