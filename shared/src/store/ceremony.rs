//! Passkey challenges that wait for their response: `CEREMONY#hash / CHALLENGE`. The hash is that of a token which only
//! the browser has that requested the challenge. A challenge is answered once, or expires.

use aws_sdk_dynamodb::types::AttributeValue;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::changes::{Changes, Conflict};
use super::condition::{absent, exists};
use super::item::{Bytes32, Millis, Record, Text, from_item};
use super::keys::SPENT;
use super::table::Written;
use super::write::Write;
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
        let write = Write::put(keys::ceremony(&ceremony.hash), &CeremonyRecord::from(ceremony));
        self.commit(Changes::new().with(write, Conflict::IdTaken)).await
    }

    /// Consumes the ceremony: of many responses to a challenge, one succeeds. The item stays until it expires, because
    /// without the item a repeated request could not be distinguished from a second one.
    pub async fn take_ceremony(&self, hash: &SecretHash) -> Result<Option<Ceremony>, StoreError> {
        let write = Write::update(keys::ceremony(hash)).set(SPENT, AttributeValue::Bool(true));
        match self.table.write(write.when(exists()).when(absent(SPENT))).await? {
            Written::Done(item) => Ok(Some(from_item::<CeremonyRecord>(item)?.into())),
            Written::Refused(_) => Ok(None),
        }
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
