//! Writing the index of the lists and the totals again, for a table that an earlier release has written.

use std::collections::BTreeSet;

use futures_util::future::try_join_all;
use jiff::Timestamp;

use crate::domain::{Organization, OrganizationId, Totals, User, UserId};
use crate::operations::administration::administrator::Administrator;
use crate::operations::prelude::*;
use crate::store::Changes;

/// How many users or organizations are written at the same time.
const AT_ONCE: usize = 16;

/// How many there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RebuiltLists {
    pub users: usize,
    pub organizations: usize,
}

impl Core {
    /// Every user is listed, and every organization, which has a member at least. What is listed already stays as it is,
    /// so the run may be repeated, and may be stopped. The totals are those of this run: users who sign up during it may
    /// be missing from them.
    pub async fn rebuild_lists(&self, _operator: Administrator, now: Timestamp) -> Result<RebuiltLists, Interruption> {
        let mut totals = Totals::default();
        let (mut users, mut organizations) = (0, BTreeSet::new());
        for some in self.store.list_user_ids().await?.chunks(AT_ONCE) {
            let listed = some.iter().map(|id| self.list_user_again(*id, now));
            for user in try_join_all(listed).await?.iter().flatten() {
                users += 1;
                totals.count_user(user);
                organizations.extend(user.memberships.iter().map(|membership| membership.organization_id));
            }
        }
        let ids: Vec<OrganizationId> = organizations.into_iter().collect();
        let mut organizations = 0;
        for some in ids.chunks(AT_ONCE) {
            let listed = some.iter().map(|id| self.list_organization_again(*id, now));
            for _ in try_join_all(listed).await?.iter().flatten() {
                organizations += 1;
                totals.count_organization();
            }
        }
        self.retries(now)
            .commit_once(Changes::new().set_totals(&totals))
            .await?;
        Ok(RebuiltLists { users, organizations })
    }

    async fn list_user_again(&self, id: UserId, now: Timestamp) -> Result<Option<User>, Interruption> {
        let mut retries = self.retries(now);
        loop {
            let Some(user) = self.store.find_user(id).await? else {
                return Ok(None);
            };
            if retries.commit(Changes::new().list_user(&user)).await? {
                return Ok(Some(user));
            }
        }
    }

    async fn list_organization_again(
        &self,
        id: OrganizationId,
        now: Timestamp,
    ) -> Result<Option<Organization>, Interruption> {
        let mut retries = self.retries(now);
        loop {
            let Some(organization) = self.undissolved_organization(id).await? else {
                return Ok(None);
            };
            if retries.commit(Changes::new().list_organization(&organization)).await? {
                return Ok(Some(organization));
            }
        }
    }
}
