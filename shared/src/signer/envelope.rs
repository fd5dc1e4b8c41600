//! Small secrets at rest: encrypted by KMS itself, and bound to a context that says whose they are.

use std::collections::HashMap;

use aws_sdk_kms::primitives::Blob;
use zeroize::Zeroizing;

use super::Signer;
use super::kms::{KmsFailure, call, incomplete};

/// What KMS encrypts in one call.
const LONGEST_PLAINTEXT: usize = 4096;

/// Why nothing was encrypted or decrypted.
#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone, Copy)]
pub enum EnvelopeError {
    /// The cause is in the log.
    #[error("KMS did not do what it was asked")]
    Unavailable {
        /// The account's request quota is used up: later it may work.
        throttled: bool,
    },
    #[error("the secret is longer than KMS encrypts")]
    TooLong,
    #[error("the ciphertext was altered, or made with another key or for another context")]
    Undecryptable,
}

impl Signer {
    /// At most 4096 bytes. `context` is no secret (KMS logs it); decryption must name the same. One KMS call.
    pub async fn encrypt(&self, plaintext: &[u8], context: &[(&str, &str)]) -> Result<Vec<u8>, EnvelopeError> {
        if plaintext.len() > LONGEST_PLAINTEXT {
            return Err(EnvelopeError::TooLong);
        }
        let request = self
            .kms
            .encrypt()
            .key_id(&self.settings.envelope_key_id)
            .plaintext(Blob::new(plaintext))
            .set_encryption_context(Some(owned(context)));
        let answer = call("Encrypt", request.send()).await?;
        Ok(answer
            .ciphertext_blob
            .ok_or_else(|| incomplete("Encrypt"))?
            .into_inner())
    }

    /// One KMS call.
    pub async fn decrypt(
        &self,
        ciphertext: &[u8],
        context: &[(&str, &str)],
    ) -> Result<Zeroizing<Vec<u8>>, EnvelopeError> {
        Ok(self.decrypt_with_envelope_key(ciphertext, owned(context)).await?)
    }
}

fn owned(context: &[(&str, &str)]) -> HashMap<String, String> {
    context
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect()
}

impl From<KmsFailure> for EnvelopeError {
    fn from(failure: KmsFailure) -> Self {
        match failure {
            KmsFailure::Undecryptable => Self::Undecryptable,
            KmsFailure::Unavailable { throttled } => Self::Unavailable { throttled },
        }
    }
}
