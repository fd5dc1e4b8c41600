//! Creating a team of an organization.

use jiff::Timestamp;

use crate::domain::{OrganizationId, Permission, Team, TeamId};
use crate::operations::core::Core;
use crate::operations::interruption::Interruption;
use crate::operations::refusal::refusals;
use crate::operations::sessions::authenticate::Caller;
use crate::store::Changes;

#[derive(Debug, thiserror::Error)]
pub enum CreateTeamError {
    #[error("the caller is not a member of the organization")]
    NotAMember,
    #[error("the caller's role does not permit it")]
    NotPermitted,
    #[error("the organization has as many teams as it may have")]
    TooManyTeams,
    #[error(transparent)]
    Interrupted(#[from] Interruption),
}

refusals!(CreateTeamError {
    NotAMember: NotFound on OrganizationGone,
    NotPermitted: Forbidden,
    TooManyTeams: Limit on TeamLimit,
} denied NotAMember, NotPermitted);

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
            if attempts.commit(Changes::new().create_team(&team, Team::MAX)).await? {
                return Ok(team);
            }
        }
    }
}
