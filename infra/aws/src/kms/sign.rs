//! Asymmetric keys: signatures, and the public keys that verify them.

use p256::{
    ecdsa::{Signature, signature::hazmat::PrehashSigner as _},
    pkcs8::EncodePublicKey as _,
};
use rsa::Pkcs1v15Sign;
use serde::Deserialize;
use serde_json::json;
use sha2::{Digest as _, Sha256};

use super::{
    error::{KmsError, Outcome},
    key::{Key, Secret, SigningPair},
    key_ring::{KeyRing, usable},
    manage::OneKey,
};
use crate::wire::{self, Blob};

/// The longest message that KMS accepts; for longer ones, a client sends the digest.
const MAX_MESSAGE_BYTES: usize = 4096;
const DIGEST_LENGTH: usize = 32;
/// What comes before a SHA-256 digest in a signature (RFC 8017, section 9.2, note 1).
const SHA256_DIGEST_INFO: &[u8] = &[
    0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00, 0x04, 0x20,
];

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Sign {
    key_id: String,
    message: Blob,
    #[serde(default)]
    message_type: MessageType,
    signing_algorithm: String,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
enum MessageType {
    #[default]
    Raw,
    Digest,
}

pub(super) fn sign(ring: &KeyRing, request: &Sign) -> Outcome {
    let key = usable(ring.find(&request.key_id)?)?;
    let pair = signing_pair(key, "Sign")?;
    if request.signing_algorithm != algorithm(pair) {
        return Err(KmsError::wrong_algorithm(
            &request.signing_algorithm,
            pair.spec().name(),
        ));
    }
    let message = &request.message.0;
    let digest = match request.message_type {
        MessageType::Digest if message.len() != DIGEST_LENGTH => {
            let message = format!("Digest is invalid length for algorithm {}.", request.signing_algorithm);
            return Err(KmsError::validation(message));
        }
        MessageType::Digest => message.clone(),
        MessageType::Raw if !(1..=MAX_MESSAGE_BYTES).contains(&message.len()) => {
            return Err(KmsError::validation("Message must have a length of 1 to 4096 bytes"));
        }
        MessageType::Raw => Sha256::digest(message).to_vec(),
    };
    Ok(json!({
        "KeyId": key.arn(),
        "Signature": wire::base64(signature(pair, &digest)?),
        "SigningAlgorithm": request.signing_algorithm,
    }))
}

/// The one algorithm in which a key signs here.
fn algorithm(pair: &SigningPair) -> &'static str {
    match pair {
        SigningPair::P256(_) => "ECDSA_SHA_256",
        SigningPair::Rsa(_) => "RSASSA_PKCS1_V1_5_SHA_256",
    }
}

fn signature(pair: &SigningPair, digest: &[u8]) -> Result<Vec<u8>, KmsError> {
    match pair {
        SigningPair::P256(key) => {
            let signature: Signature = key.sign_prehash(digest).map_err(KmsError::internal)?;
            Ok(signature.to_der().as_bytes().to_vec())
        }
        SigningPair::Rsa(key) => {
            let info = [SHA256_DIGEST_INFO, digest].concat();
            key.sign(Pkcs1v15Sign::new_unprefixed(), &info)
                .map_err(KmsError::internal)
        }
    }
}

pub(super) fn get_public_key(ring: &KeyRing, request: &OneKey) -> Outcome {
    let key = usable(ring.find(&request.key_id)?)?;
    let public = spki(signing_pair(key, "GetPublicKey")?)?;
    Ok(json!({
        "KeyId": key.arn(),
        "PublicKey": wire::base64(public),
        "CustomerMasterKeySpec": key.spec().name(),
        "KeySpec": key.spec().name(),
        "KeyUsage": key.spec().usage(),
        "SigningAlgorithms": key.spec().signing_algorithms(),
    }))
}

/// The public key in DER (`SubjectPublicKeyInfo` of RFC 5280).
pub(super) fn spki(pair: &SigningPair) -> Result<Vec<u8>, KmsError> {
    let der = match pair {
        SigningPair::P256(key) => key.verifying_key().to_public_key_der(),
        SigningPair::Rsa(key) => key.to_public_key().to_public_key_der(),
    };
    Ok(der.map_err(KmsError::internal)?.into_vec())
}

fn signing_pair<'a>(key: &'a Key, operation: &str) -> Result<&'a SigningPair, KmsError> {
    match &key.secret {
        Secret::Signing(pair) => Ok(pair),
        Secret::Symmetric(_) => Err(KmsError::wrong_usage(&key.arn(), key.spec().usage(), operation)),
    }
}
