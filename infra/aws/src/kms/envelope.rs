//! Symmetric keys: encryption under a context, and encrypted data keys.
//!
//! A ciphertext blob is a version byte, the id of the key, a nonce, and the AES-256-GCM ciphertext, with the encryption
//! context as additional authenticated data. As in AWS, the blob names the key that decrypts it.

use std::collections::BTreeMap;

use aes_gcm::{
    Aes256Gcm, KeyInit as _,
    aead::{Aead as _, Payload},
};
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    error::{KmsError, Outcome},
    key::{Key, KeySpec, Secret, SigningPair},
    key_ring::{KeyRing, usable},
    sign::spki,
};
use crate::{
    ambient,
    wire::{self, Blob},
};

const VERSION: u8 = 1;
const SYMMETRIC_DEFAULT: &str = "SYMMETRIC_DEFAULT";
const MAX_PLAINTEXT_BYTES: usize = 4096;

type Context = BTreeMap<String, String>;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Encrypt {
    key_id: String,
    plaintext: Blob,
    #[serde(default)]
    encryption_context: Context,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Decrypt {
    ciphertext_blob: Blob,
    key_id: Option<String>,
    #[serde(default)]
    encryption_context: Context,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct GenerateDataKey {
    key_id: String,
    key_spec: Option<String>,
    number_of_bytes: Option<usize>,
    #[serde(default)]
    encryption_context: Context,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct GenerateDataKeyPair {
    key_id: String,
    key_pair_spec: String,
    #[serde(default)]
    encryption_context: Context,
}

pub(super) fn encrypt(ring: &KeyRing, request: &Encrypt) -> Outcome {
    let key = usable(ring.find(&request.key_id)?)?;
    if !(1..=MAX_PLAINTEXT_BYTES).contains(&request.plaintext.0.len()) {
        return Err(KmsError::validation("Plaintext must have a length of 1 to 4096 bytes"));
    }
    let blob = seal(key, &request.plaintext.0, &request.encryption_context, "Encrypt")?;
    Ok(json!({
        "CiphertextBlob": wire::base64(blob),
        "KeyId": key.arn(),
        "EncryptionAlgorithm": SYMMETRIC_DEFAULT,
    }))
}

pub(super) fn decrypt(ring: &KeyRing, request: &Decrypt) -> Outcome {
    let blob = &request.ciphertext_blob.0;
    let (id, sealed) = split(blob).ok_or_else(KmsError::invalid_ciphertext)?;
    if let Some(expected) = &request.key_id
        && ring.find(expected)?.id != id
    {
        return Err(KmsError::incorrect_key());
    }
    let key = usable(ring.by_id(id).map_err(|_| KmsError::invalid_ciphertext())?)?;
    let plaintext = open(key, &sealed, &request.encryption_context)?;
    Ok(json!({
        "Plaintext": wire::base64(plaintext),
        "KeyId": key.arn(),
        "EncryptionAlgorithm": SYMMETRIC_DEFAULT,
    }))
}

pub(super) fn generate_data_key(ring: &KeyRing, request: &GenerateDataKey) -> Outcome {
    let key = usable(ring.find(&request.key_id)?)?;
    let length = match (request.key_spec.as_deref(), request.number_of_bytes) {
        (Some("AES_256"), None) => 32,
        (Some("AES_128"), None) => 16,
        (None, Some(length @ 1..=1024)) => length,
        _ => {
            return Err(KmsError::validation(
                "Please specify either number of bytes or key spec.",
            ));
        }
    };
    let mut data_key = vec![0; length];
    ambient::fill(&mut data_key);
    let blob = seal(key, &data_key, &request.encryption_context, "GenerateDataKey")?;
    Ok(json!({
        "CiphertextBlob": wire::base64(blob),
        "Plaintext": wire::base64(data_key),
        "KeyId": key.arn(),
    }))
}

pub(super) fn generate_data_key_pair(ring: &KeyRing, request: &GenerateDataKeyPair) -> Outcome {
    let (private, mut answer) = data_key_pair(ring, request, "GenerateDataKeyPair")?;
    answer["PrivateKeyPlaintext"] = json!(wire::base64(private));
    Ok(answer)
}

pub(super) fn generate_data_key_pair_without_plaintext(ring: &KeyRing, request: &GenerateDataKeyPair) -> Outcome {
    Ok(data_key_pair(ring, request, "GenerateDataKeyPairWithoutPlaintext")?.1)
}

/// The private key as PKCS#8, and a response that has the private key only encrypted.
fn data_key_pair(ring: &KeyRing, request: &GenerateDataKeyPair, operation: &str) -> Result<(Vec<u8>, Value), KmsError> {
    let key = usable(ring.find(&request.key_id)?)?;
    let spec = match request.key_pair_spec.as_str() {
        "ECC_NIST_P256" => KeySpec::P256,
        "RSA_2048" => KeySpec::Rsa2048,
        other => {
            let message = format!("KeyPairSpec {other} is not supported.");
            return Err(KmsError::new("UnsupportedOperationException", message));
        }
    };
    let pair = SigningPair::generate(spec);
    let private = pair.pkcs8()?;
    let blob = seal(key, &private, &request.encryption_context, operation)?;
    let answer = json!({
        "PrivateKeyCiphertextBlob": wire::base64(blob),
        "PublicKey": wire::base64(spki(&pair)?),
        "KeyPairSpec": request.key_pair_spec,
        "KeyId": key.arn(),
    });
    Ok((private, answer))
}

fn seal(key: &Key, plaintext: &[u8], context: &Context, operation: &str) -> Result<Vec<u8>, KmsError> {
    let Secret::Symmetric(secret) = &key.secret else {
        return Err(KmsError::wrong_usage(&key.arn(), key.spec().usage(), operation));
    };
    let nonce: [u8; 12] = ambient::random();
    let aad = additional_data(context);
    let sealed = Aes256Gcm::new(secret.into())
        .encrypt(
            (&nonce).into(),
            Payload {
                msg: plaintext,
                aad: &aad,
            },
        )
        .map_err(KmsError::internal)?;
    Ok([&[VERSION], key.id.as_bytes().as_slice(), &nonce, &sealed].concat())
}

fn open(key: &Key, sealed: &Sealed<'_>, context: &Context) -> Result<Vec<u8>, KmsError> {
    let Secret::Symmetric(secret) = &key.secret else {
        return Err(KmsError::invalid_ciphertext());
    };
    let aad = additional_data(context);
    Aes256Gcm::new(secret.into())
        .decrypt(
            sealed.nonce.into(),
            Payload {
                msg: sealed.ciphertext,
                aad: &aad,
            },
        )
        .map_err(|_| KmsError::invalid_ciphertext())
}

/// The key that encrypted a ciphertext blob.
pub(super) fn key_id(blob: &[u8]) -> Option<Uuid> {
    split(blob).map(|(id, _)| id)
}

struct Sealed<'a> {
    nonce: &'a [u8; 12],
    ciphertext: &'a [u8],
}

fn split(blob: &[u8]) -> Option<(Uuid, Sealed<'_>)> {
    let rest = blob.strip_prefix(&[VERSION])?;
    let (id, rest) = rest.split_first_chunk::<16>()?;
    let (nonce, ciphertext) = rest.split_first_chunk::<12>()?;
    Some((Uuid::from_bytes(*id), Sealed { nonce, ciphertext }))
}

/// Pairs are sorted, so that their order in the request does not matter, and separated by JSON.
fn additional_data(context: &Context) -> Vec<u8> {
    json!(context).to_string().into_bytes()
}
