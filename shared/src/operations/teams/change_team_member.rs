//! The common steps of adding a member of an organization to a team and of removing one from it.

use crate::domain::{Membership, OrganizationId, TeamId, User, UserId};
use crate::operations::prelude::*;

#[derive(Debug)]
pub struct ChangeTeamMember {
    pub organization_id: OrganizationId,
    /// The team, and the organization to which it belongs according to the request.
    pub team: (OrganizationId, TeamId),
    pub user_id: UserId,
}

refusals! {
    pub enum ChangeTeamMemberError {
        NotAMember: NotFound on OrganizationGone
            = "the caller, or the user in question, is not a member of the organization",
        MayNotAdd: Forbidden = "the caller's role does not permit to add members to teams",
        /// The caller may remove no members from teams, or not this one.
        MayNotRemove: Forbidden = "the caller's role does not permit to remove the member from teams",
        TeamNotFound: NotFound on TeamGone = "the organization has no such team",
        NotInTheTeam: NotFound = "the member is not in the team",
        TooManyTeams: Limit = "the member is in as many teams as a member may be",
    }
}

impl Core {
    /// The user and the membership, of a member and a team of the same organization.
    pub(in crate::operations) async fn team_member(
        &self,
        command: &ChangeTeamMember,
    ) -> Result<(User, Membership), ChangeTeamMemberError> {
        let id = command.organization_id;
        let organization = self.store.find_organization(id).await?;
        organization.ok_or(ChangeTeamMemberError::NotAMember)?;
        let member = self.store.find_user(command.user_id).await?;
        let member = member.ok_or(ChangeTeamMemberError::NotAMember)?;
        let membership = member.membership(id).cloned();
        let membership = membership.ok_or(ChangeTeamMemberError::NotAMember)?;
        let (of, team) = command.team;
        let found = if of == id {
            self.store.find_team(id, team).await?
        } else {
            None
        };
        found.ok_or(ChangeTeamMemberError::TeamNotFound)?;
        Ok((member, membership))
    }
}
