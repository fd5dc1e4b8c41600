//! New keys, and the private halves that this process has unwrapped. Where keys are stored is not known here.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use aws_sdk_kms::primitives::Blob;
use aws_sdk_kms::types::{DataKeyPairSpec, SigningAlgorithmSpec};
use jiff::Timestamp;
use p256::ecdsa;
use p256::pkcs8::DecodePrivateKey;
use tokio::sync::OnceCell;
use zeroize::Zeroizing;

use super::jwks::{public_key, thumbprint};
use super::kms::{KmsFailure, call, incomplete};
use super::{Signer, SignerError, SigningMode};
use crate::domain::signing_key::{PrivateKey, Ring, SigningKey};

/// Private keys in the clear, each unwrapped at its first use. They are wiped when the signer is dropped.
///
/// The ring is part of the key, so that a hit in this map is as good a proof of the ring as decryption was.
#[derive(Debug, Default)]
pub(super) struct UnwrappedKeys(Mutex<HashMap<(Ring, String), Place>>);

type Place = Arc<OnceCell<ecdsa::SigningKey>>;

impl UnwrappedKeys {
    /// The place of one key. Whoever comes first fills it, the others wait for that one; after a failure the next one tries.
    pub fn place(&self, ring: Ring, kid: &str) -> Place {
        let mut places = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(places.entry((ring, kid.to_owned())).or_default())
    }
}

/// The encryption context of a wrapped private key: ciphertext of one ring does not decrypt in the other.
fn context(ring: Ring) -> HashMap<String, String> {
    [("purpose", "token-signing"), ("ring", ring.as_str())]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into()
}

impl Signer {
    /// A key for the ring, not yet stored. In mode `kms` it is the same one at each call, until the configured alias points
    /// elsewhere; in mode `wrapped` it is a fresh one. One KMS call.
    pub async fn new_key(&self, ring: Ring, now: Timestamp) -> Result<SigningKey, SignerError> {
        let (der, private_key) = match self.settings.mode {
            SigningMode::Kms => self.kms_key(ring).await?,
            SigningMode::Wrapped => self.wrapped_key(ring).await?,
        };
        let kid = thumbprint(&public_key(&der)?)?;
        Ok(SigningKey {
            kid,
            public_key: der,
            private_key,
            created_at: now,
            retired_at: None,
        })
    }

    async fn kms_key(&self, ring: Ring) -> Result<(Vec<u8>, PrivateKey), SignerError> {
        let request = self.kms.get_public_key().key_id(self.settings.key_id_of(ring));
        let answer = call("GetPublicKey", request.send()).await?;
        if !answer.signing_algorithms().contains(&SigningAlgorithmSpec::EcdsaSha256) {
            return Err(SignerError::UnusableKey);
        }
        // The key's own ARN is kept, not the alias: an alias may be pointed at another key, whose signatures would not fit
        // this public half.
        match (answer.public_key, answer.key_id) {
            (Some(der), Some(key_id)) => Ok((der.into_inner(), PrivateKey::Kms { key_id })),
            _ => Err(incomplete("GetPublicKey").into()),
        }
    }

    async fn wrapped_key(&self, ring: Ring) -> Result<(Vec<u8>, PrivateKey), SignerError> {
        const OPERATION: &str = "GenerateDataKeyPairWithoutPlaintext";
        let request = self
            .kms
            .generate_data_key_pair_without_plaintext()
            .key_id(&self.settings.envelope_key_id)
            .key_pair_spec(DataKeyPairSpec::EccNistP256)
            .set_encryption_context(Some(context(ring)));
        let answer = call(OPERATION, request.send()).await?;
        match (answer.public_key, answer.private_key_ciphertext_blob) {
            (Some(der), Some(ciphertext)) => Ok((
                der.into_inner(),
                PrivateKey::Wrapped {
                    ciphertext: ciphertext.into_inner(),
                },
            )),
            _ => Err(incomplete(OPERATION).into()),
        }
    }

    /// The private half of a wrapped key, which must be the one that the key is named after.
    pub(super) async fn unwrap_key(
        &self,
        ring: Ring,
        kid: &str,
        ciphertext: &[u8],
    ) -> Result<ecdsa::SigningKey, SignerError> {
        let der = self.decrypt_with_envelope_key(ciphertext, context(ring)).await?;
        let private = ecdsa::SigningKey::from_pkcs8_der(&der).map_err(|_| SignerError::UnusableKey)?;
        if thumbprint(&private.verifying_key().into())? == kid {
            Ok(private)
        } else {
            Err(SignerError::UnusableKey)
        }
    }

    pub(super) async fn decrypt_with_envelope_key(
        &self,
        ciphertext: &[u8],
        context: HashMap<String, String>,
    ) -> Result<Zeroizing<Vec<u8>>, KmsFailure> {
        let request = self
            .kms
            .decrypt()
            .key_id(&self.settings.envelope_key_id)
            .ciphertext_blob(Blob::new(ciphertext))
            .set_encryption_context(Some(context));
        let answer = call("Decrypt", request.send()).await?;
        let plaintext = answer.plaintext.ok_or_else(|| incomplete("Decrypt"))?;
        Ok(Zeroizing::new(plaintext.into_inner()))
    }
}
