//! Calls of KMS and the classification of their failures. The modules that use the responses build the requests.

use std::error::Error;
use std::fmt::{self, Display};

use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;

use super::SignerError;
use crate::usage::{self, Service};

/// The failures that callers distinguish.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum KmsFailure {
    /// The ciphertext was not made with this key, or not with this encryption context.
    Undecryptable,
    Unavailable {
        throttled: bool,
    },
}

/// Sends a request to KMS, counts the call, and logs a failure.
///
/// The future is boxed because an SDK future takes many kilobytes, which would enlarge the futures of all callers.
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
        _ => {
            let throttled = code == "ThrottlingException";
            if throttled {
                usage::record_kms_throttle();
            }
            KmsFailure::Unavailable { throttled }
        }
    }
}

/// The error for a successful call whose response lacks a part that is always expected.
pub(super) fn incomplete(operation: &'static str) -> KmsFailure {
    tracing::error!(aws.operation = operation, "a response of KMS is incomplete");
    KmsFailure::Unavailable { throttled: false }
}

/// Displays an error and its causes. The SDK's own rendering ends with the debug form of the response, whose body may
/// contain a plaintext.
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
            // Signing decrypts only private keys.
            KmsFailure::Undecryptable => Self::UnusableKey,
            KmsFailure::Unavailable { throttled } => Self::Unavailable { throttled },
        }
    }
}
