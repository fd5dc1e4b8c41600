//! The policy rules in effect: `POLICY#organization / STATE`, which every evaluation reads, and `RULES`, which a
//! process reads once for each version.

use serde::{Deserialize, Serialize};

use super::changes::{Changes, Conflict};
use super::condition::at_version;
use super::item::{Json, Millis, Record, Text, parse};
use super::organization::OrganizationRecord;
use super::write::Write;
use super::{Store, StoreError, keys};
use crate::domain::{EffectivePolicies, EffectiveRule, Organization, OrganizationId, PolicyState};

#[derive(Debug, Serialize, Deserialize)]
struct StateRecord {
    organization_id: Text<OrganizationId>,
    version: u64,
    catalogue: u64,
    rules: u32,
    synced_at: Millis,
}

#[derive(Debug, Serialize, Deserialize)]
struct RulesRecord {
    #[serde(flatten)]
    state: StateRecord,
    effective: Json<Vec<EffectiveRule>>,
}

impl Record for StateRecord {
    const KIND: &'static str = "policy_state";
}

impl Record for RulesRecord {
    const KIND: &'static str = "effective_policies";
}

impl Store {
    pub async fn find_policy_state(&self, organization: OrganizationId) -> Result<Option<PolicyState>, StoreError> {
        self.table
            .find::<StateRecord, _>(&keys::policy_state(organization))
            .await
    }

    /// The states of organizations whose rules were synchronized. One round trip reads a hundred.
    pub async fn find_policy_states(&self, organizations: &[OrganizationId]) -> Result<Vec<PolicyState>, StoreError> {
        let keys: Vec<_> = organizations.iter().map(|id| keys::policy_state(*id)).collect();
        let items = self.table.get_many(&keys).await?.into_iter();
        let states = items.map(|item| Ok(parse::<StateRecord, _>(item)?));
        Ok(states
            .collect::<Result<Vec<Option<_>>, StoreError>>()?
            .into_iter()
            .flatten()
            .collect())
    }

    /// The organization in any state, and the state of its rules. One round trip.
    pub async fn view_organization_and_policies(
        &self,
        id: OrganizationId,
    ) -> Result<(Option<Organization>, Option<PolicyState>), StoreError> {
        let keys = [&keys::organization(id), &keys::policy_state(id)];
        let [organization, state] = self.table.get_all(keys).await?;
        Ok((
            parse::<OrganizationRecord, _>(organization)?,
            parse::<StateRecord, _>(state)?,
        ))
    }

    pub async fn find_effective_policies(
        &self,
        organization: OrganizationId,
    ) -> Result<Option<EffectivePolicies>, StoreError> {
        self.table
            .find::<RulesRecord, _>(&keys::effective_policies(organization))
            .await
    }
}

impl Changes {
    /// Fails if the rules were synchronized since their version `seen` was read; it is 0 before the first
    /// synchronization.
    pub fn put_effective_policies(self, seen: u64, policies: EffectivePolicies) -> Self {
        let EffectivePolicies { state, rules } = policies;
        let write = Write::put(keys::policy_state(state.organization), &StateRecord::from(state));
        let rules = RulesRecord {
            state: state.into(),
            effective: Json(rules),
        };
        self.with(write.when(at_version(seen)), Conflict::PoliciesMoved).with(
            Write::put(keys::effective_policies(state.organization), &rules),
            Conflict::PoliciesMoved,
        )
    }

    /// For rules that are deleted with their organization.
    pub fn forget_effective_policies(self, organization: OrganizationId) -> Self {
        self.with(Write::delete(keys::policy_state(organization)), Conflict::PoliciesMoved)
            .with(
                Write::delete(keys::effective_policies(organization)),
                Conflict::PoliciesMoved,
            )
    }
}

impl From<PolicyState> for StateRecord {
    fn from(state: PolicyState) -> Self {
        Self {
            organization_id: Text(state.organization),
            version: state.version,
            catalogue: state.catalogue,
            rules: state.rules,
            synced_at: Millis(state.synced_at),
        }
    }
}

impl From<StateRecord> for PolicyState {
    fn from(record: StateRecord) -> Self {
        Self {
            organization: record.organization_id.0,
            version: record.version,
            catalogue: record.catalogue,
            rules: record.rules,
            synced_at: record.synced_at.0,
        }
    }
}

impl From<RulesRecord> for EffectivePolicies {
    fn from(record: RulesRecord) -> Self {
        Self {
            state: record.state.into(),
            rules: record.effective.0,
        }
    }
}
