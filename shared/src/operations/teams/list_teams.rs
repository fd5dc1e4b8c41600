//! Looking at teams, and choosing the one that a session acts for.

use jiff::Timestamp;

use crate::domain::{Membership, OrganizationId, Permission, RateLimit, Team, TeamId, TeamMembership, User, UserId};
use crate::operations::core::Core;
use crate::operations::interruption::Interruption;
use crate::operations::interruption::interruptible;
use crate::operations::sessions::authenticate::Caller;
use crate::store::{Changes, CommitError, Conflict};

#[derive(Debug, thiserror::Error)]
pub enum ListTeamsError {
    #[error("the caller is not a member of the organization")]
    NotAMember,
    #[error("the caller's role does not permit to look at other members' teams")]
    NotPermitted,
    #[error("whom the caller asks about is not a member of the organization")]
    NoSuchMember,
    #[error(transparent)]
    Interrupted(#[from] Interruption),
}

#[derive(Debug, thiserror::Error)]
pub enum TeamMembersError {
    #[error("there is no such team")]
    NotFound,
    #[error("the caller is not in the team")]
    NotInTheTeam,
    #[error(transparent)]
    Interrupted(#[from] Interruption),
}

#[derive(Debug, thiserror::Error)]
pub enum SetActiveTeamError {
    #[error("the active organization has no such team")]
    NotFound,
    #[error("the caller is not in the team")]
    NotInTheTeam,
    #[error(transparent)]
    Interrupted(#[from] Interruption),
}

interruptible!(ListTeamsError, TeamMembersError, SetActiveTeamError);

impl Core {
    /// All teams of an organization, for its members.
    pub async fn list_teams(&self, caller: &Caller, organization: OrganizationId) -> Result<Vec<Team>, ListTeamsError> {
        let membership = self.membership(caller, organization).await?;
        membership.ok_or(ListTeamsError::NotAMember)?;
        Ok(self.store.list_teams(organization).await?)
    }

    /// The teams that the caller is in: of one organization, or of all.
    pub async fn list_own_teams(
        &self,
        caller: &Caller,
        organization: Option<OrganizationId>,
    ) -> Result<Vec<Team>, ListTeamsError> {
        if organization.is_some_and(|id| caller.user.membership(id).is_none()) {
            return Err(ListTeamsError::NotAMember);
        }
        Ok(self.teams_of(&caller.user, organization).await?)
    }

    /// The teams that another member is in, for who may say which.
    pub async fn list_teams_of(
        &self,
        caller: &Caller,
        organization: OrganizationId,
        member: UserId,
    ) -> Result<Vec<Team>, ListTeamsError> {
        let own = caller.user.membership(organization).ok_or(ListTeamsError::NotAMember)?;
        let access = &self.settings.organizations.roles;
        if !access.permit(&own.roles, &Permission::UPDATE_MEMBER.into()) {
            return Err(ListTeamsError::NotPermitted);
        }
        let found = self.store.find_user(member).await?;
        let user = found.filter(|user| user.membership(organization).is_some());
        let user = user.ok_or(ListTeamsError::NoSuchMember)?;
        Ok(self.teams_of(&user, Some(organization)).await?)
    }

    /// In the order of joining; without those that are gone, or whose organization is.
    async fn teams_of(&self, user: &User, only: Option<OrganizationId>) -> Result<Vec<Team>, Interruption> {
        let memberships = user.memberships.iter().filter(|membership| {
            !membership.teams.is_empty() && only.is_none_or(|only| only == membership.organization_id)
        });
        let memberships: Vec<&Membership> = memberships.collect();
        if memberships.is_empty() {
            return Ok(Vec::new());
        }
        let ids: Vec<_> = memberships
            .iter()
            .map(|membership| membership.organization_id)
            .collect();
        let organizations = self.store.find_organizations(&ids).await?;
        let is_there = |id| organizations.iter().any(|organization| organization.id == id);
        let teams = memberships
            .iter()
            .filter(|membership| is_there(membership.organization_id));
        let teams = teams.flat_map(|membership| {
            let joined = membership.teams.iter();
            joined.map(|team| (membership.organization_id, team.team_id))
        });
        Ok(self.store.find_teams(&teams.collect::<Vec<_>>()).await?)
    }

    /// For who is in the team. All members of the organization are read.
    pub async fn list_team_members(
        &self,
        caller: &Caller,
        (organization, id): (OrganizationId, TeamId),
    ) -> Result<Vec<(UserId, TeamMembership)>, TeamMembersError> {
        let membership = self.membership(caller, organization).await?;
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

    /// The team must be of the active organization.
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
        let membership = self.membership(caller, organization).await?;
        let is_in = membership.is_some_and(|membership| membership.is_in(id));
        let team = self.store.find_team(organization, id).await?;
        let team = team.ok_or(SetActiveTeamError::NotFound)?;
        if !is_in {
            return Err(SetActiveTeamError::NotInTheTeam);
        }
        self.act_for_team(caller, Some(id)).await?;
        Ok(team)
    }

    /// The session acts for no team from now on.
    pub async fn clear_active_team(&self, caller: &mut Caller, now: Timestamp) -> Result<(), SetActiveTeamError> {
        self.limit_rate(RateLimit::USER, caller.user.id, now).await?;
        self.act_for_team(caller, None).await
    }

    async fn act_for_team(&self, caller: &mut Caller, team: Option<TeamId>) -> Result<(), SetActiveTeamError> {
        let changes = Changes::new().activate_team(caller.user.id, caller.session.id, team);
        match self.store.commit(changes).await {
            Ok(()) => {
                caller.session.active_team = team;
                Ok(())
            }
            Err(CommitError::Conflict(Conflict::SessionGone)) => Err(Interruption::SessionGone.into()),
            Err(error) => Err(error.into()),
        }
    }
}
