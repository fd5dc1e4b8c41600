//! Writes the state of a suspended or reactivated organization into its memberships, where every session check reads it.

use jiff::Timestamp;

use crate::domain::{OrganizationId, OrganizationStatus, UserId};
use crate::operations::attempts::Lost;
use crate::operations::prelude::*;
use crate::store::{Changes, Conflict};

/// How many members one commit writes, with two writes each.
const BATCH: usize = 40;

impl Core {
    /// Each commit requires the status, so that of a suspension and a reactivation at the same time, the memberships get
    /// the status of the organization. What was cut off is completed when the request is repeated.
    pub(in crate::operations) async fn spread_status(
        &self,
        id: OrganizationId,
        status: OrganizationStatus,
        now: Timestamp,
    ) -> Result<(), Interruption> {
        let suspended = status == OrganizationStatus::Suspended;
        let members = self.store.list_members(id).await?;
        let stale = members
            .iter()
            .filter(|(_, membership)| membership.suspended != suspended);
        let stale: Vec<UserId> = stale.map(|(user, _)| *user).collect();
        for batch in stale.chunks(BATCH) {
            if !self.spread_to(id, status, batch, now).await? {
                break;
            }
        }
        Ok(())
    }

    /// `false`: the organization has another status by now.
    async fn spread_to(
        &self,
        id: OrganizationId,
        status: OrganizationStatus,
        members: &[UserId],
        now: Timestamp,
    ) -> Result<bool, Interruption> {
        let suspended = status == OrganizationStatus::Suspended;
        let mut retries = self.retries(now);
        loop {
            let users = self.store.find_users(members).await?;
            let mut changes = Changes::new().require_status(id, status);
            for user in users.iter().flatten() {
                let stale = user.membership_in_any_state(id);
                if let Some(stale) = stale.filter(|stale| stale.suspended != suspended) {
                    changes = changes.change_membership(user, &stale.with_suspension(suspended));
                }
            }
            match retries.commit(changes).await {
                Ok(true) => return Ok(true),
                Ok(false) => {}
                Err(Lost::Refused(Conflict::OrganizationGone)) => return Ok(false),
                Err(lost) => return Err(lost.into()),
            }
            let organization = self.store.find_organization_in_any_state(id).await?;
            if organization.is_none_or(|organization| organization.status != status) {
                return Ok(false);
            }
        }
    }
}
