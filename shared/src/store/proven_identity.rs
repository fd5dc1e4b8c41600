//! Identities without a user, whose sign-up a client may complete: `PROVEN_IDENTITY#hash / PROOF`.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::changes::{Changes, Conflict};
use super::condition::absent;
use super::item::{Address, Bytes32, Millis, Record, Text, millis};
use super::write::Write;
use super::{Store, StoreError, keys};
use crate::domain::{Identity, Issuer, Name, ProvenIdentity, ProviderId, ProvingToken, SecretHash};

/// A token that has expired is answered as such for this long, and as unknown afterwards.
const KEPT_FOR: SignedDuration = SignedDuration::from_hours(24);
const SPENT_AT: &str = "spent_at";

#[derive(Debug, Serialize, Deserialize)]
struct ProvenIdentityRecord {
    hash: Bytes32,
    provider: Text<ProviderId>,
    /// Empty in items of earlier releases, and so the issuer of no provider.
    #[serde(default)]
    issuer: String,
    subject: String,
    email: Address,
    name: Option<String>,
    given_name: Option<String>,
    family_name: Option<String>,
    image: Option<String>,
    id_token: Option<Bytes32>,
    id_token_expires_at: Option<Millis>,
    expires_at: Millis,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    spent_at: Option<Millis>,
}

impl Record for ProvenIdentityRecord {
    const KIND: &'static str = "proven_identity";

    fn expires_at(&self) -> Option<Timestamp> {
        Some(self.expires_at.0 + KEPT_FOR)
    }
}

impl Store {
    pub async fn find_proven_identity(&self, hash: &SecretHash) -> Result<Option<ProvenIdentity>, StoreError> {
        let key = keys::proven_identity(hash);
        self.table.find::<ProvenIdentityRecord, _>(&key).await
    }
}

impl Changes {
    pub fn create_proven_identity(self, proven: &ProvenIdentity) -> Self {
        let key = keys::proven_identity(&proven.hash);
        self.with(
            Write::create(key, &ProvenIdentityRecord::from(proven)),
            Conflict::IdTaken,
        )
    }

    /// Of many requests with the token, one succeeds.
    pub fn spend_proven_identity(self, hash: &SecretHash, now: Timestamp) -> Self {
        let write = Write::update(keys::proven_identity(hash))
            .set(SPENT_AT, millis(now))
            .when_exists()
            .when(absent(SPENT_AT));
        self.with(write, Conflict::GrantSpent)
    }
}

impl From<&ProvenIdentity> for ProvenIdentityRecord {
    fn from(proven: &ProvenIdentity) -> Self {
        let name = proven.identity.name.as_ref();
        let parts = name.and_then(Name::parts);
        Self {
            hash: Bytes32(*proven.hash.as_bytes()),
            provider: Text(proven.identity.provider.clone()),
            issuer: proven.identity.issuer.to_string(),
            subject: proven.identity.subject.clone(),
            email: Address(proven.email.clone()),
            name: name.map(|name| name.as_str().to_owned()),
            given_name: parts.map(|(given, _)| given.to_owned()),
            family_name: parts.map(|(_, family)| family.to_owned()),
            image: proven.identity.image.clone(),
            id_token: proven.id_token.map(|token| Bytes32(*token.id.as_bytes())),
            id_token_expires_at: proven.id_token.map(|token| Millis(token.expires_at)),
            expires_at: Millis(proven.expires_at),
            spent_at: proven.spent_at.map(Millis),
        }
    }
}

impl From<ProvenIdentityRecord> for ProvenIdentity {
    fn from(record: ProvenIdentityRecord) -> Self {
        let name = match (record.given_name, record.family_name) {
            (Some(given), Some(family)) => Some(Name::of_parts(&given, &family)),
            _ => record.name.as_deref().map(Name::full),
        };
        let id_token = record.id_token.zip(record.id_token_expires_at);
        Self {
            hash: SecretHash::from_bytes(record.hash.0),
            identity: Identity {
                provider: record.provider.0,
                issuer: Issuer::new(record.issuer),
                subject: record.subject,
                email: Some(record.email.0.clone()),
                email_verified: true,
                name,
                image: record.image,
            },
            email: record.email.0,
            id_token: id_token.map(|(id, expires_at)| ProvingToken {
                id: SecretHash::from_bytes(id.0),
                expires_at: expires_at.0,
            }),
            expires_at: record.expires_at.0,
            spent_at: record.spent_at.map(|Millis(at)| at),
        }
    }
}
