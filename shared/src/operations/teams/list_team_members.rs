//! The members of a team, for its members.

use crate::domain::{OrganizationId, TeamId, TeamMembership, UserId};
use crate::operations::prelude::*;

refusals! {
    pub enum TeamMembersError {
        NotFound: NotFound = "there is no such team",
        NotInTheTeam: Forbidden = "the caller is not in the team",
    }
}

impl Core {
    /// Reads all members of the organization.
    pub async fn list_team_members(
        &self,
        caller: &Caller,
        (organization, id): (OrganizationId, TeamId),
    ) -> Result<Vec<(UserId, TeamMembership)>, TeamMembersError> {
        let membership = self.current_membership(caller, organization).await?;
        let team = self.store.find_team(organization, id).await?;
        team.ok_or(TeamMembersError::NotFound)?;
        if !membership.is_some_and(|membership| membership.is_in(id)) {
            return Err(TeamMembersError::NotInTheTeam);
        }
        let members = self.store.list_members(organization).await?.into_iter();
        Ok(members
            .filter_map(|(user, membership)| {
                let joined = membership.teams.into_iter().find(|team| team.team_id == id);
                Some((user, joined?))
            })
            .collect())
    }
}
