//! Listing organizations as an administrator of the platform: searched and paged, by key.

use std::collections::BTreeSet;

use jiff::Timestamp;

use crate::domain::listing::{Listed, Page, Reading};
use crate::domain::{Organization, OrganizationId, Search};
use crate::operations::platform_administrators::AdminCaller;
use crate::operations::platform_administrators::admin_list_error::{AdminListError, MOST_MATCHES};
use crate::operations::platform_organizations::show_platform_organization::PlatformOrganization;
use crate::operations::prelude::*;

/// How many members a list shows of each organization.
const MEMBERS: usize = 10;

impl Core {
    /// Oldest first; the organizations of a search in the order of their ids. All states are listed, and personal
    /// organizations, too.
    pub async fn list_platform_organizations(
        &self,
        _: &AdminCaller,
        search: Option<&Search>,
        page: Page,
        now: Timestamp,
    ) -> Result<Listed<PlatformOrganization>, AdminListError> {
        let Listed { records, total } = match search {
            None => self.all_organizations(page).await?,
            Some(search) => self.searched_organizations(search, page).await?,
        };
        let records = self.with_first_members(records, MEMBERS, now).await?;
        Ok(Listed { records, total })
    }

    async fn all_organizations(&self, page: Page) -> Result<Listed<Organization>, AdminListError> {
        let total = self.store.totals().await?.organizations();
        let total = usize::try_from(total).unwrap_or(usize::MAX);
        let ids = self.store.list_organization_ids(Reading::of(page, total)?).await?;
        let records = self.store.find_undissolved_organizations(&ids).await?;
        Ok(Listed { records, total })
    }

    async fn searched_organizations(
        &self,
        search: &Search,
        page: Page,
    ) -> Result<Listed<Organization>, AdminListError> {
        let found: Vec<OrganizationId> = self.matching_organizations(search).await?.into_iter().collect();
        if search.is_one_term() {
            let total = found.len();
            let records = self.store.find_undissolved_organizations(&page.of(found)).await?;
            return Ok(Listed { records, total });
        }
        let mut organizations = self.store.find_undissolved_organizations(&found).await?;
        organizations.retain(|organization| search.finds(organization.slug.as_str(), &organization.name));
        let total = organizations.len();
        Ok(Listed {
            records: page.of(organizations),
            total,
        })
    }

    /// The organizations with one of the terms, which is searched by key.
    async fn matching_organizations(&self, search: &Search) -> Result<BTreeSet<OrganizationId>, AdminListError> {
        for term in search.terms() {
            if let Some(found) = self.store.search_organizations(term, MOST_MATCHES).await? {
                return Ok(found);
            }
        }
        Err(AdminListError::TooManyMatches)
    }
}
