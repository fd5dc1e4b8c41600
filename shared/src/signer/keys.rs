//! Creation of signing keys, and the private keys that this process has decrypted. Keys are stored elsewhere.

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

/// Decrypted private keys. Each is decrypted at its first use and wiped when the signer is dropped.
///
/// The map's key contains the ring, so that a cached private key signs only for the ring whose encryption context
/// decrypted it.
#[derive(Debug, Default)]
pub(super) struct UnwrappedKeys(Mutex<HashMap<(Ring, String), Place>>);

type Place = Arc<OnceCell<ecdsa::SigningKey>>;

impl UnwrappedKeys {
    /// Returns the cell of one key. The first caller decrypts the key, concurrent callers wait for it; after a failure,
    /// the next caller tries again.
    pub fn place(&self, ring: Ring, kid: &str) -> Place {
        let mut places = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(places.entry((ring, kid.to_owned())).or_default())
    }
}

/// The encryption context of a wrapped private key: KMS does not decrypt the ciphertext of one ring for the other.
fn context(ring: Ring) -> HashMap<String, String> {
    [("purpose", "token-signing"), ("ring", ring.as_str())]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into()
}

impl Signer {
    /// Creates an entry for the ring, which the caller stores. In mode `kms` it describes the existing KMS key that the
    /// settings refer to: its `kid` is the same at each call unless the configured alias is moved to another key, but
    /// `created_at` is always `now`, not the time at which KMS created the key. In mode `wrapped` each call generates a
    /// new key pair. Either mode makes one KMS call.
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
        // The entry stores the ARN of the key, not the alias: an alias can be moved to another key, whose signatures
        // would not match this public key.
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

    /// Decrypts the private key of a wrapped key pair, and refuses one whose thumbprint is not `kid`.
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
