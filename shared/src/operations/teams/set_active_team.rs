//! Choosing the team that a session acts for, within its active organization.

use jiff::Timestamp;

use crate::domain::{OrganizationId, RateLimit, Team, TeamId};
use crate::operations::prelude::*;
use crate::store::Changes;

refusals! {
    pub enum SetActiveTeamError {
        NotFound: NotFound = "the active organization has no such team",
        NotInTheTeam: Forbidden = "the caller is not in the team",
    }
}

impl Core {
    pub async fn set_active_team(
        &self,
        caller: &mut Caller,
        (organization, id): (OrganizationId, TeamId),
        now: Timestamp,
    ) -> Result<Team, SetActiveTeamError> {
        self.limit_rate(RateLimit::USER, caller.user.id, now).await?;
        if caller.session.active_organization != Some(organization) {
            return Err(SetActiveTeamError::NotFound);
        }
        let membership = self.current_membership(caller, organization).await?;
        let is_in = membership.is_some_and(|membership| membership.is_in(id));
        let team = self.store.find_team(organization, id).await?;
        let team = team.ok_or(SetActiveTeamError::NotFound)?;
        if !is_in {
            return Err(SetActiveTeamError::NotInTheTeam);
        }
        self.activate_team(caller, Some(id), now).await?;
        Ok(team)
    }

    /// Makes no team active in the session.
    pub async fn clear_active_team(&self, caller: &mut Caller, now: Timestamp) -> Result<(), SetActiveTeamError> {
        self.limit_rate(RateLimit::USER, caller.user.id, now).await?;
        self.activate_team(caller, None, now).await
    }

    async fn activate_team(
        &self,
        caller: &mut Caller,
        team: Option<TeamId>,
        now: Timestamp,
    ) -> Result<(), SetActiveTeamError> {
        let changes = Changes::new().activate_team(caller.user.id, caller.session.id, team);
        self.retries(now).commit_once(changes).await?;
        caller.session.active_team = team;
        Ok(())
    }
}
