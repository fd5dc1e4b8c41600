//! One KMS key: its spec, its state, and its secret part.

use std::collections::BTreeMap;
use std::fmt;

use jiff::Timestamp;
use p256::{
    ecdsa::SigningKey,
    pkcs8::{DecodePrivateKey as _, EncodePrivateKey as _},
};
use rsa::{RsaPrivateKey, rand_core::OsRng};
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
    #[serde(rename = "RSA_2048")]
    Rsa2048,
    #[serde(rename = "SYMMETRIC_DEFAULT")]
    Symmetric,
}

impl KeySpec {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::P256 => "ECC_NIST_P256",
            Self::Rsa2048 => "RSA_2048",
            Self::Symmetric => "SYMMETRIC_DEFAULT",
        }
    }

    /// Those of AWS whose digest is SHA-256. Only the last one signs here.
    pub(super) fn signing_algorithms(self) -> &'static [&'static str] {
        match self {
            Self::P256 => &["ECDSA_SHA_256"],
            Self::Rsa2048 => &["RSASSA_PSS_SHA_256", "RSASSA_PKCS1_V1_5_SHA_256"],
            Self::Symmetric => &[],
        }
    }

    pub(super) fn usage(self) -> &'static str {
        match self {
            Self::P256 | Self::Rsa2048 => "SIGN_VERIFY",
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
    Signing(SigningPair),
    Symmetric([u8; 32]),
}

/// A key pair of either spec.
pub(super) enum SigningPair {
    P256(SigningKey),
    Rsa(Box<RsaPrivateKey>),
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
            KeySpec::P256 | KeySpec::Rsa2048 => Secret::Signing(SigningPair::generate(spec)),
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
        match &self.secret {
            Secret::Signing(pair) => pair.spec(),
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
            KeySpec::P256 | KeySpec::Rsa2048 => metadata["SigningAlgorithms"] = json!(spec.signing_algorithms()),
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

impl SigningPair {
    /// A pair of a spec that signs; any other spec is taken for P-256.
    pub(super) fn generate(spec: KeySpec) -> Self {
        match spec {
            KeySpec::Rsa2048 => Self::Rsa(Box::new(generate_rsa())),
            KeySpec::P256 | KeySpec::Symmetric => Self::P256(generate_p256()),
        }
    }

    pub(super) fn spec(&self) -> KeySpec {
        match self {
            Self::P256(_) => KeySpec::P256,
            Self::Rsa(_) => KeySpec::Rsa2048,
        }
    }

    pub(super) fn pkcs8(&self) -> Result<Vec<u8>, KmsError> {
        let der = match self {
            Self::P256(key) => key.to_pkcs8_der(),
            Self::Rsa(key) => key.to_pkcs8_der(),
        };
        Ok(der.map_err(KmsError::internal)?.as_bytes().to_vec())
    }
}

fn generate_rsa() -> RsaPrivateKey {
    RsaPrivateKey::new(&mut OsRng, 2048).expect("the operating system has random numbers")
}

fn generate_p256() -> SigningKey {
    loop {
        // All but one in 2^32 random numbers are below the order of the curve.
        if let Ok(key) = SigningKey::from_slice(&ambient::random::<32>()) {
            return key;
        }
    }
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
            Secret::Signing(pair) => wire::base64(pair.pkcs8()?),
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
            KeySpec::P256 => Secret::Signing(SigningPair::P256(SigningKey::from_pkcs8_der(&bytes)?)),
            KeySpec::Rsa2048 => Secret::Signing(SigningPair::Rsa(Box::new(RsaPrivateKey::from_pkcs8_der(&bytes)?))),
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
