//! Removing a team. Its members leave it: a removed team that is still stored with a membership is ignored.

use jiff::Timestamp;

use crate::domain::{OrganizationId, Permission, TeamId};
use crate::operations::prelude::*;
use crate::store::Changes;

refusals! {
    pub enum RemoveTeamError {
        NotAMember: NotFound on OrganizationGone = "the caller is not a member of the organization",
        NotPermitted: Forbidden = "the caller's role does not permit it",
        NotFound: NotFound on TeamGone = "the organization has no such team",
        IsActive: Conflict = "the team is the active one of the caller's session",
    }
    denied NotAMember, NotPermitted
}

impl Core {
    pub async fn remove_team(
        &self,
        caller: &Caller,
        (organization, id): (OrganizationId, TeamId),
        now: Timestamp,
    ) -> Result<(), RemoveTeamError> {
        let access = &self.settings.organizations.roles;
        let mut attempts = self.attempts(caller, now).await?;
        loop {
            let caller = attempts.caller();
            if caller.user.membership(organization).is_some() && caller.session.active_team == Some(id) {
                return Err(RemoveTeamError::IsActive);
            }
            access.authorize(&caller.user, organization, Permission::DELETE_TEAM)?;
            let changes = Changes::new()
                .delete_team(organization, id)
                .require_writable(organization, now);
            if attempts.commit(changes).await? {
                return Ok(());
            }
        }
    }
}
