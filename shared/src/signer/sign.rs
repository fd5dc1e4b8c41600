//! Signing of access tokens. A P-256 signature in a token has the form `r || s` (RFC 7518, section 3.4).

use aws_sdk_kms::primitives::Blob;
use aws_sdk_kms::types::{MessageType, SigningAlgorithmSpec};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use p256::ecdsa;
use p256::ecdsa::signature::Signer as _;
use ring::rand::SystemRandom;
use ring::signature::{RSA_PKCS1_SHA256, RsaKeyPair};
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::claims::{WireClaims, WireHeader};
use super::kms::{call, incomplete};
use super::public_key::PublicKey;
use super::{Signer, SignerError, SigningAlgorithm};
use crate::domain::AccessClaims;
use crate::domain::signing_key::{PrivateKey, Ring, SigningKey};

/// A private key that KMS decrypted for this process.
#[derive(Debug)]
pub(super) enum UnwrappedKey {
    P256(ecdsa::SigningKey),
    Rsa(Box<RsaKeyPair>),
}

impl Signer {
    /// Signs a token. A KMS key takes one KMS call per token; a wrapped key takes one at its first use in this process
    /// and none afterwards.
    pub async fn sign_access_token(
        &self,
        ring: Ring,
        key: &SigningKey,
        claims: &AccessClaims,
    ) -> Result<String, SignerError> {
        let algorithm = PublicKey::from_der(&key.public_key)?.algorithm();
        let header = WireHeader::new(algorithm, &key.kid);
        let claims = WireClaims::new(claims, &self.settings.issuer, self.settings.audience_of(ring));
        let message = format!("{}.{}", encode(&header), encode(&claims));
        let signature = match &key.private_key {
            PrivateKey::Kms { key_id, .. } => self.sign_in_kms(key_id, algorithm, &message).await?,
            PrivateKey::Wrapped { ciphertext } => {
                let place = self.unwrapped.place(ring, &key.kid);
                place
                    .get_or_try_init(|| self.unwrap_key(ring, &key.kid, algorithm, ciphertext))
                    .await?
                    .sign(message.as_bytes())?
            }
        };
        Ok(format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature)))
    }

    async fn sign_in_kms(
        &self,
        key_id: &str,
        algorithm: SigningAlgorithm,
        message: &str,
    ) -> Result<Vec<u8>, SignerError> {
        // The request contains the digest, because KMS accepts messages of at most 4096 bytes.
        let request = self
            .kms
            .sign()
            .key_id(key_id)
            .message(Blob::new(Sha256::digest(message).to_vec()))
            .message_type(MessageType::Digest)
            .signing_algorithm(algorithm.in_kms());
        let answer = call("Sign", request.send()).await?;
        let signature = answer.signature.ok_or_else(|| incomplete("Sign"))?.into_inner();
        match algorithm {
            SigningAlgorithm::Es256 => {
                let signature = ecdsa::Signature::from_der(&signature).map_err(|_| SignerError::UnusableKey)?;
                Ok(signature.to_bytes().to_vec())
            }
            SigningAlgorithm::Rs256 => Ok(signature),
        }
    }
}

impl SigningAlgorithm {
    pub(super) fn in_kms(self) -> SigningAlgorithmSpec {
        match self {
            Self::Es256 => SigningAlgorithmSpec::EcdsaSha256,
            Self::Rs256 => SigningAlgorithmSpec::RsassaPkcs1V15Sha256,
        }
    }
}

impl UnwrappedKey {
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SignerError> {
        match self {
            Self::P256(key) => {
                let signature: ecdsa::Signature = key.sign(message);
                Ok(signature.to_bytes().to_vec())
            }
            Self::Rsa(key) => {
                let mut signature = vec![0; key.public().modulus_len()];
                key.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message, &mut signature)
                    .map_err(|_| SignerError::UnusableKey)?;
                Ok(signature)
            }
        }
    }
}

fn encode(part: &impl Serialize) -> String {
    URL_SAFE_NO_PAD.encode(serde_json::to_vec(part).expect("strings, numbers and lists always become JSON"))
}
