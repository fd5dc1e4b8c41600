//! Creation of signing keys, and the private keys that this process has decrypted. Keys are stored elsewhere.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use aws_sdk_kms::operation::schedule_key_deletion::ScheduleKeyDeletionError;
use aws_sdk_kms::primitives::Blob;
use aws_sdk_kms::types::{DataKeyPairSpec, KeySpec, KeyUsageType, Tag};
use jiff::Timestamp;
use p256::ecdsa;
use p256::pkcs8::DecodePrivateKey;
use ring::signature::RsaKeyPair;
use rsa::RsaPublicKey;
use rsa::pkcs1::DecodeRsaPublicKey;
use tokio::sync::OnceCell;
use zeroize::Zeroizing;

use super::kms::{KmsFailure, call, incomplete};
use super::public_key::PublicKey;
use super::sign::UnwrappedKey;
use super::{Signer, SignerError, SigningAlgorithm, SigningMode};
use crate::domain::signing_key::{KeyState, PrivateKey, Ring, SigningKey};

/// Decrypted private keys. Each is decrypted at its first use and wiped when the signer is dropped.
///
/// The map's key contains the ring, so that a cached private key signs only for the ring whose encryption context
/// decrypted it.
#[derive(Debug, Default)]
pub(super) struct UnwrappedKeys(Mutex<HashMap<(Ring, String), Place>>);

type Place = Arc<OnceCell<UnwrappedKey>>;

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
    /// Creates the first entry of an algorithm in a ring, which the caller stores. In mode `kms` it describes the
    /// existing KMS key that the settings refer to: its `kid` is the same at each call unless the configured alias is
    /// moved to another key, but `created_at` is always `now`, not the time at which KMS created the key. If that key
    /// is of another algorithm, a KMS key is created as by [`Signer::further_key`]. In mode `wrapped` each call generates
    /// a new key pair. Either mode makes one KMS call, unless it creates a KMS key.
    pub async fn first_key(&self, ring: Ring, now: Timestamp) -> Result<SigningKey, SignerError> {
        if self.settings.mode == SigningMode::Wrapped {
            return self.further_key(ring, now).await;
        }
        let (der, private_key) = self.kms_key(self.settings.key_id_of(ring), false).await?;
        if PublicKey::from_der(&der)?.algorithm() == self.settings.algorithm {
            entry(der, private_key, now)
        } else {
            self.further_key(ring, now).await
        }
    }

    /// Creates a further entry of a ring. In mode `kms` it creates a KMS key, which costs money until
    /// [`Signer::delete_key`].
    pub async fn further_key(&self, ring: Ring, now: Timestamp) -> Result<SigningKey, SignerError> {
        let (der, private_key) = match self.settings.mode {
            SigningMode::Kms => {
                let key_id = self.create_kms_key(ring).await?;
                self.kms_key(&key_id, true).await?
            }
            SigningMode::Wrapped => self.wrapped_key(ring).await?,
        };
        entry(der, private_key, now)
    }

    /// The tags are those of the deployment's own keys: permissions refer to them.
    async fn create_kms_key(&self, ring: Ring) -> Result<String, SignerError> {
        const OPERATION: &str = "CreateKey";
        let tag = |key: &str, value: &str| Tag::builder().tag_key(key).tag_value(value).build();
        let (Ok(stack), Ok(ring_tag)) = (
            tag("ostiary-stack", &self.settings.stack),
            tag("ostiary-ring", ring.as_str()),
        ) else {
            return Err(incomplete(OPERATION).into());
        };
        let request = self
            .kms
            .create_key()
            .key_spec(match self.settings.algorithm {
                SigningAlgorithm::Es256 => KeySpec::EccNistP256,
                SigningAlgorithm::Rs256 => KeySpec::Rsa2048,
            })
            .key_usage(KeyUsageType::SignVerify)
            .description(format!("Signs tokens of the ring {}", ring.as_str()))
            .multi_region(true)
            .tags(stack)
            .tags(ring_tag);
        let answer = call(OPERATION, request.send()).await?;
        let about = answer.key_metadata.ok_or_else(|| incomplete(OPERATION))?;
        about.arn.ok_or_else(|| incomplete(OPERATION).into())
    }

    /// Deletes the KMS key of an entry that [`Signer::further_key`] created, after the seven days that KMS demands at
    /// least. The key signs nothing from then on. The deployment's own keys stay, and a wrapped key has none.
    pub async fn delete_key(&self, key: &SigningKey) -> Result<(), SignerError> {
        let PrivateKey::Kms { key_id, is_made: true } = &key.private_key else {
            return Ok(());
        };
        let request = self
            .kms
            .schedule_key_deletion()
            .key_id(key_id)
            .pending_window_in_days(7);
        match request.send().await {
            Err(error)
                if error
                    .as_service_error()
                    .is_some_and(ScheduleKeyDeletionError::is_kms_invalid_state_exception) =>
            {
                // The key is being deleted already.
                Ok(())
            }
            answer => Ok(call("ScheduleKeyDeletion", async { answer }).await.map(|_| ())?),
        }
    }

    async fn kms_key(&self, key_id: &str, is_made: bool) -> Result<(Vec<u8>, PrivateKey), SignerError> {
        let request = self.kms.get_public_key().key_id(key_id);
        let answer = call("GetPublicKey", request.send()).await?;
        // The entry stores the ARN of the key, not the alias: an alias can be moved to another key, whose signatures
        // would not match this public key.
        let algorithms = answer.signing_algorithms.unwrap_or_default();
        let (Some(der), Some(key_id)) = (answer.public_key, answer.key_id) else {
            return Err(incomplete("GetPublicKey").into());
        };
        let der = der.into_inner();
        // A key for encryption has a public key, too.
        if !algorithms.contains(&PublicKey::from_der(&der)?.algorithm().in_kms()) {
            return Err(SignerError::UnusableKey);
        }
        Ok((der, PrivateKey::Kms { key_id, is_made }))
    }

    async fn wrapped_key(&self, ring: Ring) -> Result<(Vec<u8>, PrivateKey), SignerError> {
        const OPERATION: &str = "GenerateDataKeyPairWithoutPlaintext";
        let request = self
            .kms
            .generate_data_key_pair_without_plaintext()
            .key_id(&self.settings.envelope_key_id)
            .key_pair_spec(match self.settings.algorithm {
                SigningAlgorithm::Es256 => DataKeyPairSpec::EccNistP256,
                SigningAlgorithm::Rs256 => DataKeyPairSpec::Rsa2048,
            })
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
        algorithm: SigningAlgorithm,
        ciphertext: &[u8],
    ) -> Result<UnwrappedKey, SignerError> {
        let der = self.decrypt_with_envelope_key(ciphertext, context(ring)).await?;
        let (private, public) = match algorithm {
            SigningAlgorithm::Es256 => p256_pair(&der)?,
            SigningAlgorithm::Rs256 => rsa_pair(&der)?,
        };
        if public.thumbprint()? == kid {
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

fn p256_pair(pkcs8: &[u8]) -> Result<(UnwrappedKey, PublicKey), SignerError> {
    let private = ecdsa::SigningKey::from_pkcs8_der(pkcs8).map_err(|_| SignerError::UnusableKey)?;
    let public = PublicKey::P256(private.verifying_key().into());
    Ok((UnwrappedKey::P256(private), public))
}

/// The private key is one of `ring`, whose signing takes the same time for every message and key.
fn rsa_pair(pkcs8: &[u8]) -> Result<(UnwrappedKey, PublicKey), SignerError> {
    let private = RsaKeyPair::from_pkcs8(pkcs8).map_err(|_| SignerError::UnusableKey)?;
    let public = RsaPublicKey::from_pkcs1_der(private.public().as_ref());
    let public = public.map_err(|_| SignerError::UnusableKey)?;
    Ok((UnwrappedKey::Rsa(Box::new(private)), PublicKey::Rsa(public)))
}

fn entry(public: Vec<u8>, private_key: PrivateKey, now: Timestamp) -> Result<SigningKey, SignerError> {
    Ok(SigningKey {
        kid: PublicKey::from_der(&public)?.thumbprint()?,
        public_key: public,
        private_key,
        created_at: now,
        state: KeyState::Next,
    })
}
