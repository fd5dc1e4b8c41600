//! Renaming a team.

use jiff::Timestamp;

use crate::domain::{OrganizationId, Permission, Team, TeamId};
use crate::operations::prelude::*;
use crate::store::Changes;

refusals! {
    pub enum UpdateTeamError {
        NotAMember: NotFound on OrganizationGone = "the caller is not a member of the organization",
        NotPermitted: Forbidden = "the caller's role does not permit it",
        NotFound: NotFound on TeamGone = "the organization has no such team",
    }
    denied NotAMember, NotPermitted
}

impl Core {
    /// Without a name, the team does not change.
    pub async fn update_team(
        &self,
        caller: &Caller,
        (organization, id): (OrganizationId, TeamId),
        name: Option<String>,
        now: Timestamp,
    ) -> Result<Team, UpdateTeamError> {
        let access = &self.settings.organizations.roles;
        let mut attempts = self.attempts(caller, now).await?;
        loop {
            let caller = attempts.caller();
            access.authorize(&caller.user, organization, Permission::UPDATE_TEAM)?;
            let membership = self.current_membership(&caller, organization).await?;
            membership.ok_or(UpdateTeamError::NotAMember)?;
            let seen = self.store.find_team(organization, id).await?;
            let mut team = seen.ok_or(UpdateTeamError::NotFound)?;
            let Some(name) = &name else { return Ok(team) };
            team.name.clone_from(name);
            team.updated_at = now;
            let changes = Changes::new().rename_team(&team).require_writable(organization, now);
            if attempts.commit(changes).await? {
                return Ok(team);
            }
        }
    }
}
