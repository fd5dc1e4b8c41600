//! Tokens of services: `SERVICE_TOKEN#ALL / TOKEN#id`, in one partition, so that an operator can list them.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::changes::{Changes, Conflict};
use super::condition::{absent, is};
use super::item::{Bytes32, Millis, Record, Text, millis, parse};
use super::user::{NumberRecord, UserRecord};
use super::write::Write;
use super::{Store, StoreError, keys};
use crate::domain::audit::Fact;
use crate::domain::ids::ServiceTokenId;
use crate::domain::service_token::{ServiceName, ServiceToken};
use crate::domain::{SecretHash, User, UserId, UserNumber};

const LAST_USED_AT: &str = "last_used_at";

#[derive(Debug, Serialize, Deserialize)]
struct ServiceTokenRecord {
    name: Text<ServiceName>,
    hash: Bytes32,
    created_at: Millis,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    last_used_at: Option<Millis>,
}

impl Record for ServiceTokenRecord {
    const KIND: &'static str = "service_token";
}

impl Store {
    pub async fn list_service_tokens(&self) -> Result<Vec<ServiceToken>, StoreError> {
        self.table
            .list::<ServiceTokenRecord, _>(keys::SERVICE_TOKENS, keys::SERVICE_TOKEN_PREFIX)
            .await
    }

    /// The token, and the id of the user with the number. One round trip.
    pub async fn view_service_token_and_number(
        &self,
        token: ServiceTokenId,
        number: UserNumber,
    ) -> Result<(Option<ServiceToken>, Option<UserId>), StoreError> {
        let keys = [&keys::service_token(token), &keys::user_number(number)];
        let [token, owner] = self.table.get_all(keys).await?;
        Ok((parse::<ServiceTokenRecord, _>(token)?, parse::<NumberRecord, _>(owner)?))
    }

    /// The token and the user. One round trip.
    pub async fn view_service_token_and_user(
        &self,
        token: ServiceTokenId,
        user: UserId,
    ) -> Result<(Option<ServiceToken>, Option<User>), StoreError> {
        let [token, user] = self
            .table
            .get_all([&keys::service_token(token), &keys::user(user)])
            .await?;
        Ok((parse::<ServiceTokenRecord, _>(token)?, parse::<UserRecord, _>(user)?))
    }
}

impl Changes {
    pub fn create_service_token(self, token: &ServiceToken) -> Self {
        let write = Write::create(keys::service_token(token.name.id()), &ServiceTokenRecord::from(token));
        self.fact(Fact::ServiceTokenCreated {
            service: token.name.clone(),
        })
        .with(write, Conflict::ServiceNameTaken)
    }

    pub fn delete_service_token(self, name: &ServiceName) -> Self {
        let write = Write::delete(keys::service_token(name.id())).when_exists();
        self.fact(Fact::ServiceTokenRevoked { service: name.clone() })
            .with(write, Conflict::ServiceTokenGone)
    }

    /// Of concurrent uses, one is stored.
    pub fn store_use_of_service_token(self, seen: &ServiceToken, now: Timestamp) -> Self {
        let unchanged = match seen.last_used_at {
            Some(last) => is(LAST_USED_AT, millis(last)),
            None => absent(LAST_USED_AT),
        };
        let write = Write::update(keys::service_token(seen.name.id()))
            .set(LAST_USED_AT, millis(now))
            .when_exists()
            .when(unchanged);
        self.with(write, Conflict::ServiceTokenGone)
    }
}

impl From<&ServiceToken> for ServiceTokenRecord {
    fn from(token: &ServiceToken) -> Self {
        Self {
            name: Text(token.name.clone()),
            hash: Bytes32(*token.hash.as_bytes()),
            created_at: Millis(token.created_at),
            last_used_at: token.last_used_at.map(Millis),
        }
    }
}

impl From<ServiceTokenRecord> for ServiceToken {
    fn from(record: ServiceTokenRecord) -> Self {
        Self {
            name: record.name.0,
            hash: SecretHash::from_bytes(record.hash.0),
            created_at: record.created_at.0,
            last_used_at: record.last_used_at.map(|at| at.0),
        }
    }
}
