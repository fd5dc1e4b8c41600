//! Grants behind mailed tokens: `USER#user / ONE_TIME#purpose`. One per user and purpose, so a newer one replaces the older.

use aws_sdk_dynamodb::types::Delete;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::changes::{Changes, Conflict, put_any};
use super::item::{Bytes, Bytes32, Millis, Record, Text, from_item, text, to_item};
use super::{Store, StoreError, keys};
use crate::domain::one_time::Purpose;
use crate::domain::{EmailAddress, OneTimeGrant, SecretHash, UserId};

#[derive(Debug, Serialize, Deserialize)]
struct GrantRecord {
    user_id: Text<UserId>,
    hash: Bytes32,
    email: Text<EmailAddress>,
    expires_at: Millis,
}

impl Record for GrantRecord {
    const KIND: &'static str = "one_time_grant";

    fn expires_at(&self) -> Option<Timestamp> {
        Some(self.expires_at.0)
    }
}

impl Store {
    pub async fn find_grant<P: Purpose>(&self, user: UserId) -> Result<Option<OneTimeGrant>, StoreError> {
        let item = self.table.get(&keys::one_time(user, P::NAME)).await?;
        Ok(item.map(from_item::<GrantRecord>).transpose()?.map(OneTimeGrant::from))
    }
}

impl Changes {
    /// Replaces any earlier grant of the purpose.
    pub fn put_grant<P: Purpose>(self, grant: &OneTimeGrant) -> Self {
        let item = to_item(&keys::one_time(grant.user_id, P::NAME), &GrantRecord::from(grant));
        self.put(put_any(item), Conflict::GrantSpent)
    }

    /// Takes the grant away, if it is the one that was read: of many who present a token, one succeeds.
    pub fn spend_grant<P: Purpose>(self, grant: &OneTimeGrant) -> Self {
        let delete = Delete::builder()
            .set_key(Some(keys::one_time(grant.user_id, P::NAME).to_item()))
            .condition_expression("#hash = :hash")
            .expression_attribute_names("#hash", "hash")
            .expression_attribute_values(":hash", text(Bytes::to_text(grant.hash.as_bytes())))
            .table_name(String::new())
            .build();
        self.delete(delete.expect("key and table are set"), Conflict::GrantSpent)
    }

    /// Takes away whatever grant of the purpose there may be.
    pub fn drop_grant<P: Purpose>(self, user: UserId) -> Self {
        self.remove(&keys::one_time(user, P::NAME), Conflict::GrantSpent)
    }
}

impl From<&OneTimeGrant> for GrantRecord {
    fn from(grant: &OneTimeGrant) -> Self {
        Self {
            user_id: Text(grant.user_id),
            hash: Bytes32(*grant.hash.as_bytes()),
            email: Text(grant.email.clone()),
            expires_at: Millis(grant.expires_at),
        }
    }
}

impl From<GrantRecord> for OneTimeGrant {
    fn from(record: GrantRecord) -> Self {
        Self {
            user_id: record.user_id.0,
            hash: SecretHash::from_bytes(record.hash.0),
            email: record.email.0,
            expires_at: record.expires_at.0,
        }
    }
}
