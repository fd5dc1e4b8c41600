//! Creating a rule. It takes effect with the next synchronization.

use jiff::Timestamp;

use crate::domain::{Entry, OrganizationId, PolicyRule};
use crate::operations::catalogue::CatalogueError;
use crate::operations::policies::PolicyKeeper;
use crate::operations::prelude::*;

impl Core {
    pub async fn create_policy(
        &self,
        keeper: &PolicyKeeper,
        wanted: Option<OrganizationId>,
        rule: PolicyRule,
        now: Timestamp,
    ) -> Result<Entry<PolicyRule>, CatalogueError> {
        self.count_policy_request(keeper, now).await?;
        let organization = keeper.organization(wanted)?;
        let organization = organization.ok_or(CatalogueError::UnknownOrganization)?;
        let mut attempts = self.keep_policies(keeper, organization, "create_policy", now).await?;
        self.create_record(&mut attempts, rule).await
    }
}
