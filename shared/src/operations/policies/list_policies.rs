//! The stored rules, whether in effect or not.

use jiff::Timestamp;

use crate::domain::listing::Page;
use crate::domain::{Entry, OrganizationId, PolicyRule};
use crate::operations::catalogue::CatalogueError;
use crate::operations::policies::PolicyKeeper;
use crate::operations::prelude::*;

/// How far a list over all organizations reaches: each page reads all records before it.
const REACH: usize = 10_000;

impl Core {
    /// Rules oldest first. A list over all organizations reaches ten thousand rules; later pages are empty.
    pub async fn list_policies(
        &self,
        keeper: &PolicyKeeper,
        wanted: Option<OrganizationId>,
        page: Page,
        now: Timestamp,
    ) -> Result<Vec<Entry<PolicyRule>>, CatalogueError> {
        self.count_policy_request(keeper, now).await?;
        let rules = match keeper.organization(wanted)? {
            Some(organization) => self.store.list_entries(Some(organization)).await?,
            None if page.end() > REACH => Vec::new(),
            None => self.store.list_entries_of_all(page.end()).await?,
        };
        Ok(page.of(rules))
    }
}
