//! Grants behind mailed tokens: `USER#user / ONE_TIME#purpose`. Each user has one per purpose, so a newer one replaces
//! the older. A purpose of which several are valid at once has them at `ONE_TIME#purpose#hash`.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::changes::{Changes, Conflict};
use super::condition::{absent, is};
use super::item::{Address, Bytes32, Millis, Record, Text, hash, millis, parse};
use super::keys::Key;
use super::write::Write;
use super::{Store, StoreError, keys};
use crate::domain::one_time::{ChangeEmail, DeleteUser, Purpose};
use crate::domain::{AdminId, OneTimeGrant, OneTimeToken, RequestingSession, SecretHash, SessionId, UserId};

/// A token that has expired is answered as such for this long, and as unknown afterwards.
const KEPT_FOR: SignedDuration = SignedDuration::from_hours(24);
const SPENT_AT: &str = "spent_at";

#[derive(Debug, Serialize, Deserialize)]
struct GrantRecord {
    user_id: Text<UserId>,
    hash: Bytes32,
    email: Address,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    requester: Option<RequestingSessionRecord>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    new_email: Option<Address>,
    expires_at: Millis,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    spent_at: Option<Millis>,
}

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct RequestingSessionRecord {
    session_id: Text<SessionId>,
    session_generation: u64,
    trust_generation: u64,
    password_generation: u64,
    email: Address,
}

impl Record for GrantRecord {
    const KIND: &'static str = "one_time_grant";

    fn expires_at(&self) -> Option<Timestamp> {
        Some(self.expires_at.0 + KEPT_FOR)
    }
}

impl Store {
    /// The grant of a purpose of which a user has one.
    pub async fn find_grant<P: Purpose>(&self, user: UserId) -> Result<Option<OneTimeGrant>, StoreError> {
        const { assert!(!P::SEVERAL, "the key contains the hash of the token") };
        self.table.find::<GrantRecord, _>(&only_key::<P>(user)).await
    }

    /// The pending change of the address and the pending deletion, in one round trip.
    pub async fn find_requests(
        &self,
        user: UserId,
    ) -> Result<(Option<OneTimeGrant>, Option<OneTimeGrant>), StoreError> {
        let (change, deletion) = (
            keys::one_time(user, ChangeEmail::NAME),
            keys::one_time(user, DeleteUser::NAME),
        );
        let [change, deletion] = self.table.get_all([&change, &deletion]).await?;
        Ok((parse::<GrantRecord, _>(change)?, parse::<GrantRecord, _>(deletion)?))
    }

    /// The grants of a purpose of which several may be valid, without those that were used.
    pub async fn list_open_grants<P: Purpose>(&self, user: UserId) -> Result<Vec<OneTimeGrant>, StoreError> {
        const { assert!(P::SEVERAL, "there is one grant, and its key is known") };
        let Key { partition, sort } = keys::one_time(user, P::NAME);
        let mut grants: Vec<OneTimeGrant> = self
            .table
            .list::<GrantRecord, _>(&partition, &format!("{sort}#"))
            .await?;
        grants.retain(|grant| grant.spent_at.is_none());
        Ok(grants)
    }

    /// The grant behind a token.
    pub async fn find_grant_of<P: Purpose>(&self, token: &OneTimeToken<P>) -> Result<Option<OneTimeGrant>, StoreError> {
        let key = key::<P>(token.user_id, &token.secret.hash());
        self.table.find::<GrantRecord, _>(&key).await
    }
}

fn key<P: Purpose>(user: UserId, hash: &SecretHash) -> Key {
    if P::SEVERAL {
        keys::one_of_several(user, P::NAME, hash)
    } else {
        only_key::<P>(user)
    }
}

/// The key of a purpose of which an owner has one grant.
fn only_key<P: Purpose>(owner: UserId) -> Key {
    if P::OF_ADMINISTRATOR {
        keys::admin_one_time(AdminId::of_owner(owner), P::NAME)
    } else {
        keys::one_time(owner, P::NAME)
    }
}

impl Changes {
    /// Replaces any earlier grant of the purpose, unless several may be valid.
    pub fn put_grant<P: Purpose>(self, grant: &OneTimeGrant) -> Self {
        let write = Write::put(key::<P>(grant.user_id, &grant.hash), &GrantRecord::from(grant));
        self.with(write, Conflict::GrantSpent)
    }

    /// Deletes the grant if it is still the one that was read: of many requests with one token, one succeeds.
    pub fn spend_grant<P: Purpose>(self, grant: &OneTimeGrant) -> Self {
        let write = Write::delete(key::<P>(grant.user_id, &grant.hash)).when(is("hash", hash(&grant.hash)));
        self.with(write, Conflict::GrantSpent)
    }

    /// Marks the grant as spent, if it is still the one that was read and was not spent before. It stays, so that a
    /// further use of the token is answered as such.
    pub fn mark_grant_spent<P: Purpose>(self, grant: &OneTimeGrant, now: Timestamp) -> Self {
        let write = Write::update(key::<P>(grant.user_id, &grant.hash))
            .when(is("hash", hash(&grant.hash)))
            .when(absent(SPENT_AT))
            .set(SPENT_AT, millis(now));
        self.with(write, Conflict::GrantSpent)
    }

    /// Deletes the grant, whether or not it still exists.
    pub fn revoke_grant<P: Purpose>(self, grant: &OneTimeGrant) -> Self {
        let write = Write::delete(key::<P>(grant.user_id, &grant.hash));
        self.with(write, Conflict::GrantSpent)
    }

    /// Deletes any grant of the purpose.
    pub fn drop_grant<P: Purpose>(self, user: UserId) -> Self {
        const { assert!(!P::SEVERAL, "the key contains the hash of the token") };
        self.with(Write::delete(only_key::<P>(user)), Conflict::GrantSpent)
    }
}

impl From<&OneTimeGrant> for GrantRecord {
    fn from(grant: &OneTimeGrant) -> Self {
        Self {
            user_id: Text(grant.user_id),
            hash: Bytes32(*grant.hash.as_bytes()),
            email: Address(grant.email.clone()),
            requester: grant.requester.as_ref().map(RequestingSessionRecord::from),
            new_email: grant.new_email.clone().map(Address),
            expires_at: Millis(grant.expires_at),
            spent_at: grant.spent_at.map(Millis),
        }
    }
}

impl From<GrantRecord> for OneTimeGrant {
    fn from(record: GrantRecord) -> Self {
        Self {
            user_id: record.user_id.0,
            hash: SecretHash::from_bytes(record.hash.0),
            email: record.email.0,
            requester: record.requester.map(RequestingSession::from),
            new_email: record.new_email.map(|email| email.0),
            expires_at: record.expires_at.0,
            spent_at: record.spent_at.map(|Millis(at)| at),
        }
    }
}

impl From<&RequestingSession> for RequestingSessionRecord {
    fn from(requester: &RequestingSession) -> Self {
        Self {
            session_id: Text(requester.session_id),
            session_generation: requester.session_generation,
            trust_generation: requester.trust_generation,
            password_generation: requester.password_generation,
            email: Address(requester.email.clone()),
        }
    }
}

impl From<RequestingSessionRecord> for RequestingSession {
    fn from(record: RequestingSessionRecord) -> Self {
        Self {
            session_id: record.session_id.0,
            session_generation: record.session_generation,
            trust_generation: record.trust_generation,
            password_generation: record.password_generation,
            email: record.email.0,
        }
    }
}
