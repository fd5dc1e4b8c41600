//! Encryption of secrets at rest, bound to a context that identifies their owner. KMS itself encrypts small secrets;
//! larger ones are encrypted here, with a separate data key that KMS generates and decrypts.

use std::collections::HashMap;

use aws_sdk_kms::primitives::Blob;
use aws_sdk_kms::types::DataKeySpec;
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use zeroize::Zeroizing;

use super::Signer;
use super::kms::{KmsFailure, call, incomplete};
use crate::entropy::Entropy;

/// The maximum length of a plaintext in one call of KMS.
const LONGEST_PLAINTEXT: usize = 4096;

/// Why encryption or decryption failed.
#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone, Copy)]
pub enum EnvelopeError {
    /// The cause is logged.
    #[error("the KMS call failed")]
    Unavailable {
        /// Whether the account's request quota is exhausted, so that a later attempt may succeed.
        throttled: bool,
    },
    #[error("the secret is longer than KMS can encrypt")]
    TooLong,
    #[error("the ciphertext was altered, or made with another key or for another context")]
    Undecryptable,
}

impl Signer {
    /// Encrypts at most 4096 bytes. `context` is not secret (KMS logs it); decryption needs the same one. Makes one KMS
    /// call.
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

    /// Makes one KMS call.
    pub async fn decrypt(
        &self,
        ciphertext: &[u8],
        context: &[(&str, &str)],
    ) -> Result<Zeroizing<Vec<u8>>, EnvelopeError> {
        Ok(self.decrypt_with_envelope_key(ciphertext, owned(context)).await?)
    }
}

/// The number of bytes that hold the length of the encrypted data key. An envelope consists of this length, the
/// encrypted data key, the nonce, and the ciphertext.
const KEY_LENGTH: usize = 2;

impl Signer {
    /// Encrypts a plaintext of any length with a separate data key (AES-256-GCM). `context` is not secret; decryption
    /// needs the same one. Makes one KMS call.
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

    /// Makes one KMS call.
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
