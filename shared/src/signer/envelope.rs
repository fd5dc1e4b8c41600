//! Secrets at rest, bound to a context that says whose they are: small ones are encrypted by KMS itself, larger ones
//! here, with a key that KMS makes for each and gives back.

use std::collections::HashMap;

use aws_sdk_kms::primitives::Blob;
use aws_sdk_kms::types::DataKeySpec;
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use zeroize::Zeroizing;

use super::Signer;
use super::kms::{KmsFailure, call, incomplete};
use crate::entropy::Entropy;

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

/// An envelope is the encrypted data key after its length, the nonce, and the ciphertext. This many bytes hold the
/// length.
const KEY_LENGTH: usize = 2;

impl Signer {
    /// Encrypts a plaintext of any length with a data key of its own (AES-256-GCM). `context` is no secret; decryption
    /// must name the same. One KMS call.
    pub async fn encrypt_envelope(
        &self,
        plaintext: &[u8],
        context: &[(&str, &str)],
        entropy: &dyn Entropy,
    ) -> Result<Vec<u8>, EnvelopeError> {
        let request = self
            .kms
            .generate_data_key()
            .key_id(&self.settings.envelope_key_id)
            .key_spec(DataKeySpec::Aes256)
            .set_encryption_context(Some(owned(context)));
        let answer = call("GenerateDataKey", request.send()).await?;
        let incomplete = || incomplete("GenerateDataKey");
        let plain_key = Zeroizing::new(answer.plaintext.ok_or_else(incomplete)?.into_inner());
        let encrypted_key = answer.ciphertext_blob.ok_or_else(incomplete)?.into_inner();
        let length = u16::try_from(encrypted_key.len()).map_err(|_| incomplete())?;
        let nonce: [u8; NONCE_LEN] = entropy.bytes();
        let mut ciphertext = plaintext.to_vec();
        cipher(&plain_key)?
            .seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::empty(), &mut ciphertext)
            .map_err(|_| EnvelopeError::TooLong)?;
        Ok([length.to_be_bytes().as_slice(), &encrypted_key, &nonce, &ciphertext].concat())
    }

    /// One KMS call.
    pub async fn decrypt_envelope(
        &self,
        envelope: &[u8],
        context: &[(&str, &str)],
    ) -> Result<Zeroizing<Vec<u8>>, EnvelopeError> {
        let (encrypted_key, nonce, ciphertext) = parts(envelope).ok_or(EnvelopeError::Undecryptable)?;
        let plain_key = self.decrypt_with_envelope_key(encrypted_key, owned(context)).await?;
        let mut buffer = Zeroizing::new(ciphertext.to_vec());
        let opened = cipher(&plain_key)?.open_in_place(Nonce::assume_unique_for_key(nonce), Aad::empty(), &mut buffer);
        let length = opened.map_err(|_| EnvelopeError::Undecryptable)?.len();
        buffer.truncate(length);
        Ok(buffer)
    }
}

fn cipher(key: &[u8]) -> Result<LessSafeKey, EnvelopeError> {
    let key = UnboundKey::new(&AES_256_GCM, key).map_err(|_| EnvelopeError::Undecryptable)?;
    Ok(LessSafeKey::new(key))
}

fn parts(envelope: &[u8]) -> Option<(&[u8], [u8; NONCE_LEN], &[u8])> {
    let (length, rest) = envelope.split_at_checked(KEY_LENGTH)?;
    let length = usize::from(u16::from_be_bytes(length.try_into().ok()?));
    let (key, rest) = rest.split_at_checked(length)?;
    let (nonce, ciphertext) = rest.split_at_checked(NONCE_LEN)?;
    Some((key, nonce.try_into().ok()?, ciphertext))
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
