//! Whether policies are evaluated as they should be, and since when.

use jiff::Timestamp;

use crate::domain::{OrganizationId, PolicyRule};
use crate::operations::policies::PolicyKeeper;
use crate::operations::prelude::*;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PolicyHealth {
    /// `false`: the policy server does not answer.
    pub is_healthy: bool,
    pub last_synced_at: Option<Timestamp>,
    /// The number of rules in effect.
    pub rules: u32,
}

impl Core {
    /// The health of the rules of the organization that the session acts for; for an administrator of the platform, of
    /// all organizations.
    pub async fn check_policy_health(
        &self,
        keeper: &PolicyKeeper,
        now: Timestamp,
    ) -> Result<PolicyHealth, Interruption> {
        self.count_policy_request(keeper, now).await?;
        let organizations: Vec<OrganizationId> = match keeper {
            PolicyKeeper::Member(caller) => caller.session.active_organization.into_iter().collect(),
            PolicyKeeper::Administrator(_) => {
                let catalogues = self.store.list_catalogues::<PolicyRule>().await?.into_iter();
                catalogues.filter_map(|catalogue| catalogue.organization).collect()
            }
        };
        let states = self.store.find_policy_states(&organizations).await?;
        let is_healthy = match &self.opa {
            Some(opa) => opa.is_healthy().await,
            None => true,
        };
        Ok(PolicyHealth {
            is_healthy,
            last_synced_at: states.iter().map(|state| state.synced_at).max(),
            rules: states.iter().map(|state| state.rules).sum(),
        })
    }
}
