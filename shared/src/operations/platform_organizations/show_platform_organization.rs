//! Showing an organization in any state with its members.

use std::collections::BTreeMap;

use futures_util::future::try_join_all;
use jiff::Timestamp;

use crate::domain::{Organization, OrganizationId, OrganizationStatus, Seats, User, UserId};
use crate::operations::platform_administrators::AdminCaller;
use crate::operations::prelude::*;

#[derive(Debug)]
pub struct PlatformOrganization {
    pub organization: Organization,
    /// The first members, in the order of their ids.
    pub members: Vec<User>,
    pub seats: Seats,
}

refusals! {
    pub enum ShowPlatformOrganizationError {
        NotFound: NotFound = "no organization has the id",
    }
}

/// How many members are shown of one organization.
const MEMBERS: usize = 1000;

impl Core {
    pub async fn show_platform_organization(
        &self,
        _: &AdminCaller,
        id: OrganizationId,
        now: Timestamp,
    ) -> Result<PlatformOrganization, ShowPlatformOrganizationError> {
        let found = self.undissolved_organization(id).await?;
        let organization = found.ok_or(ShowPlatformOrganizationError::NotFound)?;
        Ok(self.with_members(organization, now).await?)
    }

    pub(in crate::operations) async fn undissolved_organization(
        &self,
        id: OrganizationId,
    ) -> Result<Option<Organization>, Interruption> {
        let found = self.store.find_organization_in_any_state(id).await?;
        Ok(found.filter(|organization| organization.status != OrganizationStatus::Dissolving))
    }

    pub(super) async fn with_members(
        &self,
        organization: Organization,
        now: Timestamp,
    ) -> Result<PlatformOrganization, Interruption> {
        let mut shown = self.with_first_members(vec![organization], MEMBERS, now).await?;
        Ok(shown.remove(0))
    }

    /// The organizations as they are at this time, each with its first members. One query for the plans and one for each
    /// organization at the same time, and one read for each hundred users.
    pub(super) async fn with_first_members(
        &self,
        organizations: Vec<Organization>,
        count: usize,
        now: Timestamp,
    ) -> Result<Vec<PlatformOrganization>, Interruption> {
        let queries = organizations
            .iter()
            .map(|organization| self.store.first_members(organization.id, count));
        let (members, limits) = tokio::try_join!(try_join_all(queries), self.seat_limits())?;
        let mut ids: Vec<UserId> = members.iter().flatten().map(|(id, _)| *id).collect();
        ids.sort_unstable();
        ids.dedup();
        let users = self.store.find_users(&ids).await?.into_iter().flatten();
        let users: BTreeMap<UserId, User> = users.map(|user| (user.id, user)).collect();
        let shown = organizations.into_iter().zip(members).map(|(organization, members)| {
            let members = members.iter().filter_map(|(id, _)| users.get(id).cloned());
            PlatformOrganization {
                seats: limits.seats(&organization),
                organization: organization.as_of(now),
                members: members.collect(),
            }
        });
        Ok(shown.collect())
    }
}
