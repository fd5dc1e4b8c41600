//! Registration links: `REGISTRATION_LINK#hash / LINK`, by the hash of the secret in the link. A link that was used
//! stays until it expires, so that a second use can be distinguished from an unknown link.

use aws_sdk_dynamodb::types::AttributeValue;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::changes::{Changes, Conflict};
use super::condition::absent;
use super::item::{Bytes32, Millis, Record, Text};
use super::keys::SPENT;
use super::write::Write;
use super::{Store, StoreError, keys};
use crate::domain::audit::Fact;
use crate::domain::registration_link::Generations;
use crate::domain::{
    AccountRank, AccountRole, OrganizationId, OrganizationNumber, RegistrationLink, SecretHash, UserId,
};

#[derive(Debug, Serialize, Deserialize)]
struct RegistrationLinkRecord {
    hash: Bytes32,
    organization_id: Text<OrganizationId>,
    organization_number: u64,
    role: Text<AccountRole>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    program_id: Option<u64>,
    creator: Text<UserId>,
    authority: Text<AccountRank>,
    #[serde(default)]
    session_generation: u64,
    #[serde(default)]
    trust_generation: u64,
    #[serde(default)]
    password_generation: u64,
    expires_at: Millis,
    /// Absent until the link is used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    spent: Option<bool>,
}

impl Record for RegistrationLinkRecord {
    const KIND: &'static str = "registration_link";

    fn expires_at(&self) -> Option<Timestamp> {
        Some(self.expires_at.0)
    }
}

impl Store {
    pub async fn find_registration_link(&self, hash: &SecretHash) -> Result<Option<RegistrationLink>, StoreError> {
        let key = keys::registration_link(hash);
        self.table.find::<RegistrationLinkRecord, _>(&key).await
    }
}

impl Changes {
    pub fn create_registration_link(self, link: &RegistrationLink) -> Self {
        let key = keys::registration_link(&link.hash);
        let write = Write::create(key, &RegistrationLinkRecord::from(link));
        self.fact(Fact::RegistrationLinkCreated {
            organization: link.organization_id,
        })
        .with(write, Conflict::IdTaken)
    }

    /// Of many requests with the link, one succeeds.
    pub fn spend_registration_link(self, hash: &SecretHash) -> Self {
        let write = Write::update(keys::registration_link(hash))
            .set(SPENT, AttributeValue::Bool(true))
            .when_exists()
            .when(absent(SPENT));
        self.with(write, Conflict::GrantSpent)
    }
}

impl From<&RegistrationLink> for RegistrationLinkRecord {
    fn from(link: &RegistrationLink) -> Self {
        Self {
            hash: Bytes32(*link.hash.as_bytes()),
            organization_id: Text(link.organization_id),
            organization_number: link.organization_number.0,
            role: Text(link.role),
            program_id: link.program_id,
            creator: Text(link.creator),
            authority: Text(link.authority),
            session_generation: link.generations.session,
            trust_generation: link.generations.trust,
            password_generation: link.generations.password,
            expires_at: Millis(link.expires_at),
            spent: link.is_spent.then_some(true),
        }
    }
}

impl From<RegistrationLinkRecord> for RegistrationLink {
    fn from(record: RegistrationLinkRecord) -> Self {
        Self {
            hash: SecretHash::from_bytes(record.hash.0),
            organization_id: record.organization_id.0,
            organization_number: OrganizationNumber(record.organization_number),
            role: record.role.0,
            program_id: record.program_id,
            creator: record.creator.0,
            authority: record.authority.0,
            generations: Generations {
                session: record.session_generation,
                trust: record.trust_generation,
                password: record.password_generation,
            },
            expires_at: record.expires_at.0,
            is_spent: record.spent.is_some(),
        }
    }
}
