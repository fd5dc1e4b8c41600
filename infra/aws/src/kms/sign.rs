//! Asymmetric keys: signatures, and the public keys that verify them.

use p256::{
    ecdsa::{
        Signature, SigningKey, VerifyingKey,
        signature::{Signer as _, hazmat::PrehashSigner as _},
    },
    pkcs8::EncodePublicKey as _,
};
use serde::Deserialize;
use serde_json::json;

use super::{
    error::{KmsError, Outcome},
    key::{Key, KeySpec, Secret},
    key_ring::{KeyRing, usable},
    manage::OneKey,
};
use crate::wire::{self, Blob};

const ECDSA_SHA_256: &str = "ECDSA_SHA_256";

/// The longest message that KMS accepts; for longer ones, a client sends the digest.
const MAX_MESSAGE_BYTES: usize = 4096;
const DIGEST_LENGTH: usize = 32;

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
    let signing_key = signing_key(key, "Sign")?;
    if request.signing_algorithm != ECDSA_SHA_256 {
        return Err(KmsError::wrong_algorithm(
            &request.signing_algorithm,
            KeySpec::P256.name(),
        ));
    }
    let message = &request.message.0;
    let signature: Signature = match request.message_type {
        MessageType::Digest if message.len() != DIGEST_LENGTH => {
            return Err(KmsError::validation(
                "Digest is invalid length for algorithm ECDSA_SHA_256.",
            ));
        }
        MessageType::Digest => signing_key.sign_prehash(message).map_err(KmsError::internal)?,
        MessageType::Raw if !(1..=MAX_MESSAGE_BYTES).contains(&message.len()) => {
            return Err(KmsError::validation("Message must have a length of 1 to 4096 bytes"));
        }
        MessageType::Raw => signing_key.sign(message),
    };
    Ok(json!({
        "KeyId": key.arn(),
        "Signature": wire::base64(signature.to_der()),
        "SigningAlgorithm": ECDSA_SHA_256,
    }))
}

pub(super) fn get_public_key(ring: &KeyRing, request: &OneKey) -> Outcome {
    let key = usable(ring.find(&request.key_id)?)?;
    let public = spki(signing_key(key, "GetPublicKey")?.verifying_key())?;
    Ok(json!({
        "KeyId": key.arn(),
        "PublicKey": wire::base64(public),
        "CustomerMasterKeySpec": key.spec().name(),
        "KeySpec": key.spec().name(),
        "KeyUsage": key.spec().usage(),
        "SigningAlgorithms": [ECDSA_SHA_256],
    }))
}

/// The public key in DER (`SubjectPublicKeyInfo` of RFC 5280).
pub(super) fn spki(key: &VerifyingKey) -> Result<Vec<u8>, KmsError> {
    Ok(key.to_public_key_der().map_err(KmsError::internal)?.into_vec())
}

fn signing_key<'a>(key: &'a Key, operation: &str) -> Result<&'a SigningKey, KmsError> {
    match &key.secret {
        Secret::Signing(signing_key) => Ok(signing_key),
        Secret::Symmetric(_) => Err(KmsError::wrong_usage(&key.arn(), key.spec().usage(), operation)),
    }
}
