//! Making the stored rules effective, here and in the policy server. The rules of one organization change as a whole:
//! the server gets them in one request, and the commit follows when it has accepted them.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use jiff::Timestamp;

use crate::domain::policy::rego;
use crate::domain::{CatalogueState, EffectivePolicies, EffectiveRule, OrganizationId, PolicyRule, PolicyState};
use crate::operations::catalogue::{CatalogueError, Keeper};
use crate::operations::policies::PolicyKeeper;
use crate::operations::prelude::*;
use crate::policies::PolicyProgram;
use crate::store::Changes;

/// How long one request synchronizes organizations. API Gateway waits 30 s.
const TIME: Duration = Duration::from_secs(20);

refusals! {
    pub enum SyncPoliciesError {
        NotPermitted: Forbidden on OrganizationGone = "the caller does not administer the policy rules",
        UnknownOrganization: Invalid = "the request does not name an organization that exists",
        /// Nothing of the organization has changed, neither here nor in the server.
        ServerRefused: Conflict = "the policy server did not accept the rules",
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SyncedPolicies {
    /// The number of rules in effect.
    pub rules: u32,
    pub organizations: u32,
    pub at: Timestamp,
}

impl Core {
    pub async fn sync_policies(
        &self,
        keeper: &PolicyKeeper,
        wanted: Option<OrganizationId>,
        now: Timestamp,
    ) -> Result<SyncedPolicies, SyncPoliciesError> {
        self.count_policy_request(keeper, now).await?;
        let (rules, organizations) = match keeper.organization(wanted)? {
            Some(organization) => (self.sync_one(keeper, organization, now).await?, 1),
            None => self.sync_all(keeper, now).await?,
        };
        Ok(SyncedPolicies {
            rules,
            organizations,
            at: now,
        })
    }

    /// Synchronizes every organization whose rules have changed, one after the other. When the time does not suffice,
    /// the request fails as unavailable, and its repetition goes on with the rest.
    async fn sync_all(&self, keeper: &PolicyKeeper, now: Timestamp) -> Result<(u32, u32), SyncPoliciesError> {
        let begun = Instant::now();
        let catalogues = self.store.list_catalogues::<PolicyRule>().await?;
        let ids: Vec<OrganizationId> = catalogues
            .iter()
            .filter_map(|catalogue| catalogue.organization)
            .collect();
        let states = self.store.find_policy_states(&ids).await?;
        let states: HashMap<_, _> = states.into_iter().map(|state| (state.organization, state)).collect();
        let (mut rules, mut organizations) = (0, 0);
        for CatalogueState {
            organization, version, ..
        } in catalogues
        {
            let Some(organization) = organization else { continue };
            let state = states.get(&organization).filter(|state| state.catalogue == version);
            let in_effect = match state {
                Some(state) => state.rules,
                None if begun.elapsed() > TIME => return Err(Interruption::Unavailable.into()),
                None => match self.sync_one(keeper, organization, now).await {
                    // The organization was suspended, or deleted in the meantime.
                    Err(SyncPoliciesError::UnknownOrganization | SyncPoliciesError::NotPermitted) => continue,
                    synced => synced?,
                },
            };
            rules += in_effect;
            organizations += 1;
        }
        Ok((rules, organizations))
    }

    async fn sync_one(
        &self,
        keeper: &PolicyKeeper,
        organization: OrganizationId,
        now: Timestamp,
    ) -> Result<u32, SyncPoliciesError> {
        let mut attempts = self.keep_policies(keeper, organization, "sync_policies", now).await?;
        self.sync_organization(&mut attempts, organization).await
    }

    /// Returns the number of rules in effect.
    async fn sync_organization(
        &self,
        keeper: &mut impl Keeper,
        organization: OrganizationId,
    ) -> Result<u32, SyncPoliciesError> {
        loop {
            // A change of the rules after this read makes them newer than the version that is stored with them.
            let catalogue = self.store.find_catalogue::<PolicyRule>(Some(organization)).await?;
            let entries = self.store.list_entries::<PolicyRule>(Some(organization)).await?;
            let seen = self.store.find_policy_state(organization).await?;
            let rules: Vec<_> = entries
                .into_iter()
                .map(|entry| EffectiveRule::of(organization, entry))
                .collect();
            self.push_policies(organization, &rules).await?;
            let seen = seen.map_or(0, |state| state.version);
            let count = u32::try_from(rules.len()).unwrap_or(u32::MAX);
            let state = PolicyState {
                organization,
                version: seen + 1,
                catalogue: catalogue.map_or(0, |CatalogueState { version, .. }| version),
                rules: count,
                synced_at: keeper.now(),
            };
            let changes = Changes::new().put_effective_policies(seen, EffectivePolicies { state, rules });
            let subject = format!("policies of {organization}");
            if keeper.commit(&subject, changes).await? {
                return Ok(count);
            }
        }
    }

    async fn push_policies(
        &self,
        organization: OrganizationId,
        rules: &[EffectiveRule],
    ) -> Result<(), SyncPoliciesError> {
        let module = rego::module(organization, rules);
        // Rules that did not compile would deny everything from the commit on.
        PolicyProgram::compile(organization, module.clone()).map_err(Interruption::internal)?;
        let Some(opa) = &self.opa else { return Ok(()) };
        opa.put(organization, module).await.map_err(|error| {
            tracing::error!(%error, organization.id = %organization, "the policy server did not get the rules");
            SyncPoliciesError::ServerRefused
        })
    }
}

impl From<CatalogueError> for SyncPoliciesError {
    fn from(error: CatalogueError) -> Self {
        match error {
            CatalogueError::NotPermitted => Self::NotPermitted,
            CatalogueError::UnknownOrganization | CatalogueError::NotFound(_) => Self::UnknownOrganization,
            CatalogueError::NameTaken | CatalogueError::Invalid(_) | CatalogueError::Full => {
                Interruption::internal("a synchronization creates no record").into()
            }
            CatalogueError::Interrupted(interruption) => interruption.into(),
        }
    }
}
