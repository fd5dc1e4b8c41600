//! Backup codes: `SECOND_FACTOR#user / BACKUP_CODES`. The hashes are a set, from which each code is removed when it is
//! used.

use std::collections::BTreeSet;

use aws_sdk_dynamodb::types::AttributeValue;
use serde::{Deserialize, Serialize};

use super::changes::{Changes, Conflict};
use super::condition::Condition;
use super::item::{Bytes, Bytes32, Record, Text, bytes, parse};
use super::two_factor::TallyRecord;
use super::write::Write;
use super::{Store, StoreError, keys};
use crate::domain::audit::Fact;
use crate::domain::backup_code::BackupCodeHash;
use crate::domain::two_factor::Tally;
use crate::domain::{BackupCodes, EncryptedSecret, UserId};

#[derive(Debug, Serialize, Deserialize)]
struct BackupCodesRecord {
    user_id: Text<UserId>,
    key: Bytes,
    /// DynamoDB has no empty set: the attribute is absent once the last code is used.
    #[serde(default, skip_serializing)]
    hashes: Vec<Bytes32>,
}

impl Record for BackupCodesRecord {
    const KIND: &'static str = "backup_codes";
}

const HASHES: &str = "hashes";

impl Store {
    /// The remaining codes, and the tally of attempts at the second factor.
    pub async fn view_for_backup_code(&self, user: UserId) -> Result<(Option<BackupCodes>, Option<Tally>), StoreError> {
        let keys = [&keys::backup_codes(user), &keys::second_factor_attempts(user)];
        let [codes, tally] = self.table.get_all(keys).await?;
        Ok((parse::<BackupCodesRecord, _>(codes)?, parse::<TallyRecord, _>(tally)?))
    }
}

impl Changes {
    /// Stores new codes, which replace any earlier ones.
    pub fn put_backup_codes(self, codes: &BackupCodes) -> Self {
        let record = BackupCodesRecord {
            user_id: Text(codes.user_id),
            key: Bytes(codes.key.as_bytes().to_vec()),
            hashes: Vec::new(),
        };
        let mut write = Write::put(keys::backup_codes(codes.user_id), &record);
        if !codes.hashes.is_empty() {
            write = write.set(HASHES, set(&codes.hashes));
        }
        self.fact(Fact::BackupCodesReplaced { user: codes.user_id })
            .with(write, Conflict::BackupCodeSpent)
    }

    /// Removes one code: of many requests with it, one succeeds.
    pub fn spend_backup_code(self, user: UserId, hash: BackupCodeHash) -> Self {
        let write = Write::update(keys::backup_codes(user))
            .remove_from_set(HASHES, set(&BTreeSet::from([hash])))
            .when(Condition::Contains(HASHES, bytes(hash.as_bytes())));
        self.fact(Fact::BackupCodeUsed { user })
            .with(write, Conflict::BackupCodeSpent)
    }

    pub fn delete_backup_codes(self, user: UserId) -> Self {
        self.with(Write::delete(keys::backup_codes(user)), Conflict::BackupCodeSpent)
    }
}

fn set(hashes: &BTreeSet<BackupCodeHash>) -> AttributeValue {
    AttributeValue::Ss(hashes.iter().map(|hash| Bytes::to_text(hash.as_bytes())).collect())
}

impl From<BackupCodesRecord> for BackupCodes {
    fn from(record: BackupCodesRecord) -> Self {
        Self {
            user_id: record.user_id.0,
            key: EncryptedSecret::from_bytes(record.key.0),
            hashes: record
                .hashes
                .into_iter()
                .map(|Bytes32(hash)| BackupCodeHash::from_bytes(hash))
                .collect(),
        }
    }
}
