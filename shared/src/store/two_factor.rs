//! The tallies of attempts at a second factor, and the mailed codes: `SECOND_FACTOR#user / ATTEMPTS`, `/
//! CHALLENGE#session` and `/ CODE#session`.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::changes::{Changes, Conflict};
use super::condition::{Condition, absent, below, is, missing};
use super::item::{Bytes, Millis, Record, Text, bytes, millis, number, parse};
use super::keys::{self, Key};
use super::write::Write;
use super::{Store, StoreError};
use crate::domain::two_factor::{ATTEMPTS, Tally};
use crate::domain::{AdminId, EncryptedSecret, SecondFactorCode, Session, SessionId, UserId};

/// A tally without an attempt for this long no longer limits its account.
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
        self.table
            .find::<TallyRecord, _>(&keys::second_factor_attempts(user))
            .await
    }

    /// The code that was mailed for a session, and the tally of attempts at the second factor.
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
        Ok((parse::<CodeRecord, _>(code)?, parse::<TallyRecord, _>(tally)?))
    }
}

impl Changes {
    /// Counts an attempt at an account's second factor: `allowed` is the current limit. The condition requires the
    /// limit that was read, so that concurrent attempts cannot exceed it.
    pub fn count_second_factor(self, user: UserId, seen: Option<&Tally>, allowed: u32, now: Timestamp) -> Self {
        let write = counting(keys::second_factor_attempts(user), seen, allowed, now);
        self.with(write, Conflict::SecondFactorAttemptsMoved)
    }

    /// The same for an administrator of the platform.
    pub fn count_admin_second_factor(self, admin: AdminId, seen: Option<&Tally>, allowed: u32, now: Timestamp) -> Self {
        let write = counting(keys::admin_second_factor_attempts(admin), seen, allowed, now);
        self.with(write, Conflict::SecondFactorAttemptsMoved)
    }

    pub fn forget_admin_second_factor_attempts(self, admin: AdminId) -> Self {
        let write = Write::delete(keys::admin_second_factor_attempts(admin));
        self.with(write, Conflict::SecondFactorAttemptsMoved)
    }

    /// After the second factor was verified, earlier attempts no longer count.
    pub fn forget_second_factor_attempts(self, user: UserId) -> Self {
        let write = Write::delete(keys::second_factor_attempts(user));
        self.with(write, Conflict::SecondFactorAttemptsMoved)
    }

    /// Counts an attempt at a sign-in that waits for its second factor, if it has attempts left.
    pub fn count_challenge(self, pending: &Session) -> Self {
        let write = Write::update(keys::challenge_attempts(pending.user_id, pending.id))
            .add("attempts", 1)
            .expire(pending.expires_at)
            .counter("challenge_attempts")
            .when(attempts_left());
        self.with(write, Conflict::ChallengeExhausted)
    }

    /// Counts an attempt at a mailed code, if it has attempts left and was not replaced since it was read.
    pub fn count_code(self, seen: &SecondFactorCode) -> Self {
        let write = Write::update(keys::second_factor_code(seen.user_id, seen.session_id))
            .add("attempts", 1)
            .when(is_code(seen))
            .when(attempts_left());
        self.with(write, Conflict::CodeExhausted)
    }

    /// Replaces any earlier code for the session, with its attempts.
    pub fn put_second_factor_code(self, code: &SecondFactorCode) -> Self {
        let key = keys::second_factor_code(code.user_id, code.session_id);
        self.with(Write::put(key, &CodeRecord::from(code)), Conflict::CodeSpent)
    }

    /// Deletes the code if it is still the one that was read: of many requests with it, one succeeds.
    pub fn spend_second_factor_code(self, seen: &SecondFactorCode) -> Self {
        let key = keys::second_factor_code(seen.user_id, seen.session_id);
        self.with(Write::delete(key).when(is_code(seen)), Conflict::CodeSpent)
    }
}

fn counting(key: Key, seen: Option<&Tally>, allowed: u32, now: Timestamp) -> Write {
    let seen_allowed = number(seen.map_or(allowed, |tally| tally.allowed));
    let room = is("allowed", seen_allowed).and(below("attempts", number(allowed)));
    Write::update(key)
        .add("attempts", 1)
        .set("allowed", number(allowed))
        .set("last_at", millis(now))
        .expire(now + FORGOTTEN_AFTER)
        .kind::<TallyRecord>()
        .when(if seen.is_some() { room } else { missing().or(room) })
}

fn attempts_left() -> Condition {
    absent("attempts").or(below("attempts", number(ATTEMPTS)))
}

fn is_code(code: &SecondFactorCode) -> Condition {
    is("code", bytes(code.code.as_bytes()))
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
