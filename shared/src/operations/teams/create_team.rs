//! Creating a team of an organization.

use jiff::Timestamp;

use crate::domain::{OrganizationId, Permission, Team, TeamId};
use crate::operations::prelude::*;
use crate::store::Changes;

refusals! {
    pub enum CreateTeamError {
        NotAMember: NotFound on OrganizationGone = "the caller is not a member of the organization",
        NotPermitted: Forbidden = "the caller's role does not permit it",
        TooManyTeams: Limit on TeamLimit = "the organization has as many teams as it may have",
    }
    denied NotAMember, NotPermitted
}

impl Core {
    pub async fn create_team(
        &self,
        caller: &Caller,
        organization_id: OrganizationId,
        name: String,
        now: Timestamp,
    ) -> Result<Team, CreateTeamError> {
        let team = Team {
            id: TeamId::generate(now, &*self.entropy),
            organization_id,
            name,
            created_at: now,
            updated_at: now,
        };
        let access = &self.settings.organizations.roles;
        let mut attempts = self.attempts(caller, now).await?;
        loop {
            access.authorize(&attempts.caller().user, organization_id, Permission::CREATE_TEAM)?;
            let changes = Changes::new()
                .create_team(&team, Team::MAX)
                .require_writable(organization_id, now);
            if attempts.commit(changes).await? {
                return Ok(team);
            }
        }
    }
}
