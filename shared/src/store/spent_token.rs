//! ID tokens that were used: `ID_TOKEN#hash / SPENT`. An item stays as long as the token could be presented again.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::changes::{Changes, Conflict};
use super::item::{Bytes32, Millis, Record, Text};
use super::write::Write;
use super::{Store, StoreError, keys};
use crate::domain::{SecretHash, SessionId, SpentToken, UserId};

#[derive(Debug, Serialize, Deserialize)]
struct SpentTokenRecord {
    id: Bytes32,
    user_id: Text<UserId>,
    session_id: Option<Text<SessionId>>,
    is_new_user: bool,
    salt: Bytes32,
    at: Millis,
    expires_at: Millis,
}

impl Record for SpentTokenRecord {
    const KIND: &'static str = "spent_token";

    fn expires_at(&self) -> Option<Timestamp> {
        Some(self.expires_at.0)
    }
}

impl Store {
    pub async fn find_spent_token(&self, id: &SecretHash) -> Result<Option<SpentToken>, StoreError> {
        self.table.find::<SpentTokenRecord, _>(&keys::spent_token(id)).await
    }
}

impl Changes {
    /// Of many requests with the token, one succeeds.
    pub fn spend_token(self, token: &SpentToken) -> Self {
        let write = Write::create(keys::spent_token(&token.id), &SpentTokenRecord::from(token));
        self.with(write, Conflict::TokenSpent)
    }
}

impl From<&SpentToken> for SpentTokenRecord {
    fn from(token: &SpentToken) -> Self {
        Self {
            id: Bytes32(*token.id.as_bytes()),
            user_id: Text(token.user_id),
            session_id: token.session_id.map(Text),
            is_new_user: token.is_new_user,
            salt: Bytes32(token.salt),
            at: Millis(token.at),
            expires_at: Millis(token.expires_at),
        }
    }
}

impl From<SpentTokenRecord> for SpentToken {
    fn from(record: SpentTokenRecord) -> Self {
        Self {
            id: SecretHash::from_bytes(record.id.0),
            user_id: record.user_id.0,
            session_id: record.session_id.map(|id| id.0),
            is_new_user: record.is_new_user,
            salt: record.salt.0,
            at: record.at.0,
            expires_at: record.expires_at.0,
        }
    }
}
