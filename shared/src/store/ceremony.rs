//! Challenges that wait for their response: `CEREMONY#hash / CHALLENGE`, where the hash is that of a token which only
//! the browser has that asked. They are never listed; they are answered once, or expire.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::changes::{Changes, Conflict, put_any};
use super::item::{Bytes32, Millis, Record, Text, from_item, to_item};
use super::{CommitError, Store, StoreError, keys};
use crate::domain::passkey::{Ceremony, CeremonyPurpose};
use crate::domain::{SecretHash, UserId};

#[derive(Debug, Serialize, Deserialize)]
struct CeremonyRecord {
    hash: Bytes32,
    purpose: PurposeRecord,
    state: String,
    expires_at: Millis,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum PurposeRecord {
    Registration { user_id: Text<UserId> },
    Authentication { user_id: Option<Text<UserId>> },
}

impl Record for CeremonyRecord {
    const KIND: &'static str = "ceremony";

    fn expires_at(&self) -> Option<Timestamp> {
        Some(self.expires_at.0)
    }
}

impl Store {
    pub async fn put_ceremony(&self, ceremony: &Ceremony) -> Result<(), CommitError> {
        let item = to_item(&keys::ceremony(&ceremony.hash), &CeremonyRecord::from(ceremony));
        let changes = Changes::new().put(put_any(item), Conflict::IdTaken);
        self.commit(changes).await
    }

    /// Deletes the ceremony and returns it: of several requests at once, one gets it.
    pub async fn take_ceremony(&self, hash: &SecretHash) -> Result<Option<Ceremony>, StoreError> {
        let item = self.table.take(&keys::ceremony(hash)).await?;
        Ok(item.map(from_item::<CeremonyRecord>).transpose()?.map(Ceremony::from))
    }
}

impl From<&Ceremony> for CeremonyRecord {
    fn from(ceremony: &Ceremony) -> Self {
        let purpose = match ceremony.purpose {
            CeremonyPurpose::Registration { user_id } => PurposeRecord::Registration { user_id: Text(user_id) },
            CeremonyPurpose::Authentication { user_id } => PurposeRecord::Authentication {
                user_id: user_id.map(Text),
            },
        };
        Self {
            hash: Bytes32(*ceremony.hash.as_bytes()),
            purpose,
            state: ceremony.state.clone(),
            expires_at: Millis(ceremony.expires_at),
        }
    }
}

impl From<CeremonyRecord> for Ceremony {
    fn from(record: CeremonyRecord) -> Self {
        let purpose = match record.purpose {
            PurposeRecord::Registration { user_id } => CeremonyPurpose::Registration { user_id: user_id.0 },
            PurposeRecord::Authentication { user_id } => CeremonyPurpose::Authentication {
                user_id: user_id.map(|id| id.0),
            },
        };
        Self {
            hash: SecretHash::from_bytes(record.hash.0),
            purpose,
            state: record.state,
            expires_at: record.expires_at.0,
        }
    }
}
