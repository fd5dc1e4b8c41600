//! Signing keys: `KEY_RING#ring / KEYS`. A ring is one small item, read whole and written under its version.

use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

use super::changes::{Changes, Conflict};
use super::condition::at_version;
use super::item::{Bytes, Item, Millis, Record, parse};
use super::session::LiveSession;
use super::write::Write;
use super::{Store, StoreError, keys};
use crate::domain::signing_key::{KeyRing, KeyState, PrivateKey, Ring, SigningKey};
use crate::domain::{SessionId, UserId};

/// How long a key without a state verifies tokens after it was retired.
const LONGEST_TOKENS: SignedDuration = SignedDuration::from_hours(24);

#[derive(Debug, Serialize, Deserialize)]
struct KeyRingRecord {
    keys: Vec<KeyRecord>,
    version: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    busy_until: Option<Millis>,
}

#[derive(Debug, Serialize, Deserialize)]
struct KeyRecord {
    kid: String,
    public_key: Bytes,
    private_key: PrivateKeyRecord,
    created_at: Millis,
    /// Absent in items that were written before keys had states.
    #[serde(default)]
    state: Option<KeyStateRecord>,
    /// Only in those.
    #[serde(default, skip_serializing)]
    retired_at: Option<Millis>,
}

#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum KeyStateRecord {
    Next,
    Active { since: Millis },
    Retired { since: Millis, at: Millis, until: Millis },
    Revoked { since: Option<Millis>, at: Millis },
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "mode", rename_all = "snake_case")]
enum PrivateKeyRecord {
    Kms {
        key_id: String,
        #[serde(default)]
        is_made: bool,
    },
    Wrapped {
        ciphertext: Bytes,
    },
}

impl Record for KeyRingRecord {
    const KIND: &'static str = "key_ring";
}

impl Store {
    /// The session check of an access token: one round trip for the session, its user, and the ring of the token's key,
    /// which may have been revoked.
    pub async fn find_session_and_keys(
        &self,
        user: UserId,
        id: SessionId,
    ) -> Result<(Option<LiveSession>, KeyRing), StoreError> {
        let keys = [keys::user(user), keys::session(user, id), keys::key_ring(Ring::User)];
        let [user, session, ring] = self.table.get_all(keys.each_ref()).await?;
        Ok((self.live_session(user, session)?, from_item(ring)?))
    }

    /// The ring, which is empty if none is stored yet.
    pub async fn load_key_ring(&self, ring: Ring) -> Result<KeyRing, StoreError> {
        let item = self.table.get(&keys::key_ring(ring)).await?;
        from_item(item)
    }
}

/// The ring of an item; without one, it is empty.
pub(super) fn from_item(item: Option<Item>) -> Result<KeyRing, StoreError> {
    Ok(parse::<KeyRingRecord, _>(item)?.unwrap_or_default())
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

impl KeyRecord {
    fn state(&self) -> KeyStateRecord {
        let since = self.created_at;
        let stateless = match self.retired_at {
            Some(at) => KeyStateRecord::Retired {
                since,
                at,
                until: Millis(at.0 + LONGEST_TOKENS),
            },
            None => KeyStateRecord::Active { since },
        };
        self.state.unwrap_or(stateless)
    }
}

impl From<&KeyRing> for KeyRingRecord {
    fn from(ring: &KeyRing) -> Self {
        Self {
            keys: ring.keys.iter().map(KeyRecord::from).collect(),
            version: ring.version,
            busy_until: ring.busy_until.map(Millis),
        }
    }
}

impl From<&SigningKey> for KeyRecord {
    fn from(key: &SigningKey) -> Self {
        Self {
            kid: key.kid.clone(),
            public_key: Bytes(key.public_key.clone()),
            private_key: match &key.private_key {
                PrivateKey::Kms { key_id, is_made } => PrivateKeyRecord::Kms {
                    key_id: key_id.clone(),
                    is_made: *is_made,
                },
                PrivateKey::Wrapped { ciphertext } => PrivateKeyRecord::Wrapped {
                    ciphertext: Bytes(ciphertext.clone()),
                },
            },
            created_at: Millis(key.created_at),
            retired_at: None,
            state: Some(key.state.into()),
        }
    }
}

impl From<KeyRingRecord> for KeyRing {
    fn from(record: KeyRingRecord) -> Self {
        let key = |record: KeyRecord| SigningKey {
            state: record.state().into(),
            kid: record.kid,
            public_key: record.public_key.0,
            private_key: match record.private_key {
                PrivateKeyRecord::Kms { key_id, is_made } => PrivateKey::Kms { key_id, is_made },
                PrivateKeyRecord::Wrapped { ciphertext } => PrivateKey::Wrapped {
                    ciphertext: ciphertext.0,
                },
            },
            created_at: record.created_at.0,
        };
        Self {
            keys: record.keys.into_iter().map(key).collect(),
            version: record.version,
            busy_until: record.busy_until.map(|at| at.0),
        }
    }
}

impl From<KeyState> for KeyStateRecord {
    fn from(state: KeyState) -> Self {
        match state {
            KeyState::Next => Self::Next,
            KeyState::Active { since } => Self::Active { since: Millis(since) },
            KeyState::Retired { since, at, until } => Self::Retired {
                since: Millis(since),
                at: Millis(at),
                until: Millis(until),
            },
            KeyState::Revoked { since, at } => Self::Revoked {
                since: since.map(Millis),
                at: Millis(at),
            },
        }
    }
}

impl From<KeyStateRecord> for KeyState {
    fn from(record: KeyStateRecord) -> Self {
        match record {
            KeyStateRecord::Next => Self::Next,
            KeyStateRecord::Active { since } => Self::Active { since: since.0 },
            KeyStateRecord::Retired { since, at, until } => Self::Retired {
                since: since.0,
                at: at.0,
                until: until.0,
            },
            KeyStateRecord::Revoked { since, at } => Self::Revoked {
                since: since.map(|since| since.0),
                at: at.0,
            },
        }
    }
}
