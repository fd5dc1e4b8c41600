//! One KMS key: its spec, its state, and its secret part.

use std::collections::BTreeMap;
use std::fmt;

use jiff::Timestamp;
use p256::{
    ecdsa::SigningKey,
    pkcs8::{DecodePrivateKey as _, EncodePrivateKey as _},
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

use super::error::KmsError;
use crate::{ambient, wire};

pub(super) const ACCOUNT: &str = "000000000000";
/// The prefix of the ARNs of this endpoint.
pub(super) const ARN_PREFIX: &str = "arn:aws:kms:us-east-1:000000000000:";

/// The key specs that are supported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum KeySpec {
    #[serde(rename = "ECC_NIST_P256")]
    P256,
    #[serde(rename = "SYMMETRIC_DEFAULT")]
    Symmetric,
}

impl KeySpec {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::P256 => "ECC_NIST_P256",
            Self::Symmetric => "SYMMETRIC_DEFAULT",
        }
    }

    pub(super) fn usage(self) -> &'static str {
        match self {
            Self::P256 => "SIGN_VERIFY",
            Self::Symmetric => "ENCRYPT_DECRYPT",
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum State {
    Enabled,
    Disabled,
    PendingDeletion { at: Timestamp },
}

/// The secret part of a key.
pub(super) enum Secret {
    Signing(SigningKey),
    Symmetric([u8; 32]),
}

pub(super) struct Key {
    pub(super) id: Uuid,
    pub(super) created: Timestamp,
    pub(super) description: String,
    pub(super) state: State,
    pub(super) tags: BTreeMap<String, String>,
    pub(super) secret: Secret,
}

impl Key {
    pub(super) fn generate(spec: KeySpec, description: String) -> Self {
        let secret = match spec {
            KeySpec::P256 => Secret::Signing(generate_p256()),
            KeySpec::Symmetric => Secret::Symmetric(ambient::random()),
        };
        Self {
            id: ambient::random_uuid(),
            created: ambient::now(),
            description,
            state: State::Enabled,
            tags: BTreeMap::new(),
            secret,
        }
    }

    pub(super) fn spec(&self) -> KeySpec {
        match self.secret {
            Secret::Signing(_) => KeySpec::P256,
            Secret::Symmetric(_) => KeySpec::Symmetric,
        }
    }

    pub(super) fn arn(&self) -> String {
        format!("{ARN_PREFIX}key/{}", self.id)
    }

    pub(super) fn metadata(&self) -> Value {
        let spec = self.spec();
        let (state, deletion) = match self.state {
            State::Enabled => ("Enabled", None),
            State::Disabled => ("Disabled", None),
            State::PendingDeletion { at } => ("PendingDeletion", Some(at.as_second())),
        };
        let mut metadata = json!({
            "AWSAccountId": ACCOUNT,
            "Arn": self.arn(),
            "CreationDate": self.created.as_second(),
            "CustomerMasterKeySpec": spec.name(),
            "Description": self.description,
            "Enabled": self.state == State::Enabled,
            "KeyId": self.id,
            "KeyManager": "CUSTOMER",
            "KeySpec": spec.name(),
            "KeyState": state,
            "KeyUsage": spec.usage(),
            "MultiRegion": false,
            "Origin": "AWS_KMS",
        });
        match spec {
            KeySpec::P256 => metadata["SigningAlgorithms"] = json!(["ECDSA_SHA_256"]),
            KeySpec::Symmetric => metadata["EncryptionAlgorithms"] = json!(["SYMMETRIC_DEFAULT"]),
        }
        if let Some(deletion) = deletion {
            metadata["DeletionDate"] = json!(deletion);
        }
        metadata
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Key")
            .field("id", &self.id)
            .field("state", &self.state)
            .finish_non_exhaustive()
    }
}

pub(super) fn generate_p256() -> SigningKey {
    loop {
        // All but one in 2^32 random numbers are below the order of the curve.
        if let Ok(key) = SigningKey::from_slice(&ambient::random::<32>()) {
            return key;
        }
    }
}

pub(super) fn pkcs8(key: &SigningKey) -> Result<Vec<u8>, KmsError> {
    Ok(key.to_pkcs8_der().map_err(KmsError::internal)?.as_bytes().to_vec())
}

/// A key in the file.
#[derive(Serialize, Deserialize)]
pub(super) struct StoredKey {
    id: Uuid,
    created: Timestamp,
    description: String,
    state: State,
    #[serde(default)]
    tags: BTreeMap<String, String>,
    spec: KeySpec,
    /// base64, of PKCS#8 or of 32 bytes.
    secret: String,
}

impl TryFrom<&Key> for StoredKey {
    type Error = KmsError;

    fn try_from(key: &Key) -> Result<Self, KmsError> {
        let secret = match &key.secret {
            Secret::Signing(key) => wire::base64(pkcs8(key)?),
            Secret::Symmetric(bytes) => wire::base64(bytes),
        };
        let (id, created, description, state) = (key.id, key.created, key.description.clone(), key.state);
        Ok(Self {
            id,
            created,
            description,
            state,
            tags: key.tags.clone(),
            spec: key.spec(),
            secret,
        })
    }
}

impl TryFrom<StoredKey> for Key {
    type Error = Box<dyn std::error::Error + Send + Sync>;

    fn try_from(stored: StoredKey) -> Result<Self, Self::Error> {
        let bytes = wire::from_base64(&stored.secret)?;
        let secret = match stored.spec {
            KeySpec::P256 => Secret::Signing(SigningKey::from_pkcs8_der(&bytes)?),
            KeySpec::Symmetric => Secret::Symmetric(bytes.as_slice().try_into()?),
        };
        let StoredKey {
            id,
            created,
            description,
            state,
            tags,
            ..
        } = stored;
        Ok(Self {
            id,
            created,
            description,
            state,
            tags,
            secret,
        })
    }
}
