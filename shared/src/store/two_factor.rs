//! What is counted of attempts at a second factor, and the codes that are mailed:
//! `SECOND_FACTOR#user / ATTEMPTS`, `/ CHALLENGE#session` and `/ CODE#session`.

use aws_sdk_dynamodb::types::builders::UpdateBuilder;
use aws_sdk_dynamodb::types::{Delete, Update};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::changes::{Changes, Conflict, put_any};
use super::item::{Bytes, Millis, Record, Text, from_item, number, text, to_item, ttl};
use super::keys::{self, Key, TTL};
use super::{Store, StoreError};
use crate::domain::two_factor::{ATTEMPTS, Tally};
use crate::domain::{EncryptedSecret, SecondFactorCode, Session, SessionId, UserId};

/// A tally that nothing was added to for so long would let its account go on anyway.
const FORGOTTEN_AFTER: SignedDuration = SignedDuration::from_hours(24);

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct TallyRecord {
    attempts: u32,
    allowed: u32,
    last_at: Millis,
}

impl Record for TallyRecord {
    const KIND: &'static str = "second_factor_attempts";
}

#[derive(Debug, Serialize, Deserialize)]
struct CodeRecord {
    user_id: Text<UserId>,
    session_id: Text<SessionId>,
    code: Bytes,
    expires_at: Millis,
}

impl Record for CodeRecord {
    const KIND: &'static str = "second_factor_code";

    fn expires_at(&self) -> Option<Timestamp> {
        Some(self.expires_at.0)
    }
}

impl Store {
    pub async fn find_tally(&self, user: UserId) -> Result<Option<Tally>, StoreError> {
        let item = self.table.get(&keys::second_factor_attempts(user)).await?;
        Ok(item.map(from_item::<TallyRecord>).transpose()?.map(Tally::from))
    }

    /// The code that was mailed for a session, and how often the second factor was tried.
    pub async fn view_for_code(
        &self,
        user: UserId,
        session: SessionId,
    ) -> Result<(Option<SecondFactorCode>, Option<Tally>), StoreError> {
        let keys = [
            &keys::second_factor_code(user, session),
            &keys::second_factor_attempts(user),
        ];
        let [code, tally] = self.table.get_all(keys).await?;
        Ok((
            code.map(from_item::<CodeRecord>)
                .transpose()?
                .map(SecondFactorCode::from),
            tally.map(from_item::<TallyRecord>).transpose()?.map(Tally::from),
        ))
    }
}

impl Changes {
    /// Counts an attempt at an account's second factor: `allowed` is how many there may be by now. The condition holds
    /// only on top of the limit that was seen, so of many at once no more get through.
    pub fn count_second_factor(self, user: UserId, seen: Option<&Tally>, allowed: u32, now: Timestamp) -> Self {
        let condition = match seen {
            None => "attribute_not_exists(pk) OR (allowed = :seen AND attempts < :allowed)",
            Some(_) => "allowed = :seen AND attempts < :allowed",
        };
        let update = counting(&keys::second_factor_attempts(user))
            .update_expression("ADD attempts :one SET allowed = :allowed, last_at = :now, #ttl = :ttl, #type = :type")
            .condition_expression(condition)
            .expression_attribute_names("#ttl", TTL)
            .expression_attribute_names("#type", "type")
            .expression_attribute_values(":seen", number(seen.map_or(allowed, |tally| tally.allowed)))
            .expression_attribute_values(":allowed", number(allowed))
            .expression_attribute_values(":now", number(now.as_millisecond()))
            .expression_attribute_values(":ttl", ttl(now + FORGOTTEN_AFTER))
            .expression_attribute_values(":type", text(TallyRecord::KIND))
            .build();
        self.update(
            update.expect("key, expression and table are set"),
            Conflict::SecondFactorAttemptsMoved,
        )
    }

    /// The second factor was shown: what was tried before no longer counts.
    pub fn forget_second_factor_attempts(self, user: UserId) -> Self {
        self.remove(&keys::second_factor_attempts(user), Conflict::SecondFactorAttemptsMoved)
    }

    /// Counts an attempt at a sign-in that waits for its second factor, while it has attempts left.
    pub fn count_challenge(self, pending: &Session) -> Self {
        let update = counting(&keys::challenge_attempts(pending.user_id, pending.id))
            .update_expression("ADD attempts :one SET #ttl = :ttl, #type = :type")
            .condition_expression("attribute_not_exists(attempts) OR attempts < :max")
            .expression_attribute_names("#ttl", TTL)
            .expression_attribute_names("#type", "type")
            .expression_attribute_values(":max", number(ATTEMPTS))
            .expression_attribute_values(":ttl", ttl(pending.expires_at))
            .expression_attribute_values(":type", text("challenge_attempts"))
            .build();
        self.update(
            update.expect("key, expression and table are set"),
            Conflict::ChallengeExhausted,
        )
    }

    /// Counts an attempt at a mailed code, while it has attempts left and was not replaced since it was read.
    pub fn count_code(self, seen: &SecondFactorCode) -> Self {
        let update = counting(&keys::second_factor_code(seen.user_id, seen.session_id))
            .update_expression("ADD attempts :one")
            .condition_expression("code = :code AND (attribute_not_exists(attempts) OR attempts < :max)")
            .expression_attribute_values(":code", ciphertext(&seen.code))
            .expression_attribute_values(":max", number(ATTEMPTS))
            .build();
        self.update(
            update.expect("key, expression and table are set"),
            Conflict::CodeExhausted,
        )
    }

    /// Replaces any earlier code for the session, with its attempts.
    pub fn put_second_factor_code(self, code: &SecondFactorCode) -> Self {
        let key = keys::second_factor_code(code.user_id, code.session_id);
        self.put(put_any(to_item(&key, &CodeRecord::from(code))), Conflict::CodeSpent)
    }

    /// Takes the code away, if it is the one that was read: of many who present it, one succeeds.
    pub fn spend_second_factor_code(self, seen: &SecondFactorCode) -> Self {
        let delete = Delete::builder()
            .set_key(Some(keys::second_factor_code(seen.user_id, seen.session_id).to_item()))
            .condition_expression("code = :code")
            .expression_attribute_values(":code", ciphertext(&seen.code))
            .table_name(String::new())
            .build();
        self.delete(delete.expect("key and table are set"), Conflict::CodeSpent)
    }
}

fn counting(key: &Key) -> UpdateBuilder {
    Update::builder()
        .set_key(Some(key.to_item()))
        .expression_attribute_values(":one", number(1))
        .table_name(String::new())
}

fn ciphertext(secret: &EncryptedSecret) -> aws_sdk_dynamodb::types::AttributeValue {
    text(Bytes::to_text(secret.as_bytes()))
}

impl From<TallyRecord> for Tally {
    fn from(record: TallyRecord) -> Self {
        Self {
            attempts: record.attempts,
            allowed: record.allowed,
            last_at: record.last_at.0,
        }
    }
}

impl From<&SecondFactorCode> for CodeRecord {
    fn from(code: &SecondFactorCode) -> Self {
        Self {
            user_id: Text(code.user_id),
            session_id: Text(code.session_id),
            code: Bytes(code.code.as_bytes().to_vec()),
            expires_at: Millis(code.expires_at),
        }
    }
}

impl From<CodeRecord> for SecondFactorCode {
    fn from(record: CodeRecord) -> Self {
        Self {
            user_id: record.user_id.0,
            session_id: record.session_id.0,
            code: EncryptedSecret::from_bytes(record.code.0),
            expires_at: record.expires_at.0,
        }
    }
}
