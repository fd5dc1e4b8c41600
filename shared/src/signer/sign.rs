//! Signing of access tokens. Signatures in tokens have the form `r || s` (RFC 7518, section 3.4).

use aws_sdk_kms::primitives::Blob;
use aws_sdk_kms::types::{MessageType, SigningAlgorithmSpec};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use p256::ecdsa::Signature;
use p256::ecdsa::signature::Signer as _;
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::claims::{WireClaims, WireHeader};
use super::kms::{call, incomplete};
use super::{Signer, SignerError};
use crate::domain::AccessClaims;
use crate::domain::signing_key::{PrivateKey, Ring, SigningKey};

impl Signer {
    /// Signs a token. A KMS key takes one KMS call per token; a wrapped key takes one at its first use in this process
    /// and none afterwards.
    pub async fn sign_access_token(
        &self,
        ring: Ring,
        key: &SigningKey,
        claims: &AccessClaims,
    ) -> Result<String, SignerError> {
        let header = WireHeader::of_key(&key.kid);
        let claims = WireClaims::new(claims, &self.settings.issuer, self.settings.audience_of(ring));
        let message = format!("{}.{}", encode(&header), encode(&claims));
        let signature = match &key.private_key {
            PrivateKey::Kms { key_id, .. } => self.sign_in_kms(key_id, &message).await?,
            PrivateKey::Wrapped { ciphertext } => {
                let place = self.unwrapped.place(ring, &key.kid);
                place
                    .get_or_try_init(|| self.unwrap_key(ring, &key.kid, ciphertext))
                    .await?
                    .sign(message.as_bytes())
            }
        };
        Ok(format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature.to_bytes())))
    }

    async fn sign_in_kms(&self, key_id: &str, message: &str) -> Result<Signature, SignerError> {
        // The request contains the digest, because KMS accepts messages of at most 4096 bytes.
        let request = self
            .kms
            .sign()
            .key_id(key_id)
            .message(Blob::new(Sha256::digest(message).to_vec()))
            .message_type(MessageType::Digest)
            .signing_algorithm(SigningAlgorithmSpec::EcdsaSha256);
        let answer = call("Sign", request.send()).await?;
        let der = answer.signature.ok_or_else(|| incomplete("Sign"))?;
        Signature::from_der(der.as_ref()).map_err(|_| SignerError::UnusableKey)
    }
}

fn encode(part: &impl Serialize) -> String {
    URL_SAFE_NO_PAD.encode(serde_json::to_vec(part).expect("strings, numbers and lists always become JSON"))
}
