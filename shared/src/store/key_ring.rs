//! Signing keys: `KEY_RING#ring / KEYS`. A ring is one small item, read whole and written under its version.

use serde::{Deserialize, Serialize};

use super::changes::{Changes, Conflict};
use super::condition::at_version;
use super::item::{Bytes, Millis, Record, parse};
use super::write::Write;
use super::{Store, StoreError, keys};
use crate::domain::signing_key::{KeyRing, PrivateKey, Ring, SigningKey};

#[derive(Debug, Serialize, Deserialize)]
struct KeyRingRecord {
    keys: Vec<KeyRecord>,
    version: u64,
}

#[derive(Debug, Serialize, Deserialize)]
struct KeyRecord {
    kid: String,
    public_key: Bytes,
    private_key: PrivateKeyRecord,
    created_at: Millis,
    retired_at: Option<Millis>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "mode", rename_all = "snake_case")]
enum PrivateKeyRecord {
    Kms { key_id: String },
    Wrapped { ciphertext: Bytes },
}

impl Record for KeyRingRecord {
    const KIND: &'static str = "key_ring";
}

impl Store {
    /// The ring, which is empty if none is stored yet.
    pub async fn load_key_ring(&self, ring: Ring) -> Result<KeyRing, StoreError> {
        let item = self.table.get(&keys::key_ring(ring)).await?;
        Ok(parse::<KeyRingRecord, _>(item)?.unwrap_or_default())
    }
}

impl Changes {
    /// Writes the new state of the ring, if its version is unchanged.
    pub fn update_key_ring(self, ring: Ring, keys: &KeyRing) -> Self {
        let next = KeyRing {
            version: keys.version + 1,
            ..keys.clone()
        };
        let write = Write::put(keys::key_ring(ring), &KeyRingRecord::from(&next));
        self.with(write.when(at_version(keys.version)), Conflict::KeyRingMoved)
    }
}

impl From<&KeyRing> for KeyRingRecord {
    fn from(ring: &KeyRing) -> Self {
        Self {
            keys: ring.keys.iter().map(KeyRecord::from).collect(),
            version: ring.version,
        }
    }
}

impl From<&SigningKey> for KeyRecord {
    fn from(key: &SigningKey) -> Self {
        Self {
            kid: key.kid.clone(),
            public_key: Bytes(key.public_key.clone()),
            private_key: match &key.private_key {
                PrivateKey::Kms { key_id } => PrivateKeyRecord::Kms { key_id: key_id.clone() },
                PrivateKey::Wrapped { ciphertext } => PrivateKeyRecord::Wrapped {
                    ciphertext: Bytes(ciphertext.clone()),
                },
            },
            created_at: Millis(key.created_at),
            retired_at: key.retired_at.map(Millis),
        }
    }
}

impl From<KeyRingRecord> for KeyRing {
    fn from(record: KeyRingRecord) -> Self {
        let key = |record: KeyRecord| SigningKey {
            kid: record.kid,
            public_key: record.public_key.0,
            private_key: match record.private_key {
                PrivateKeyRecord::Kms { key_id } => PrivateKey::Kms { key_id },
                PrivateKeyRecord::Wrapped { ciphertext } => PrivateKey::Wrapped {
                    ciphertext: ciphertext.0,
                },
            },
            created_at: record.created_at.0,
            retired_at: record.retired_at.map(|at| at.0),
        };
        Self {
            keys: record.keys.into_iter().map(key).collect(),
            version: record.version,
        }
    }
}
