//! Putting members of an organization into its teams, and taking them out again.

use jiff::Timestamp;

use crate::domain::{Membership, OrganizationId, Permission, RateLimit, TeamId, TeamMembership, User, UserId};
use crate::operations::core::Core;
use crate::operations::interruption::Interruption;
use crate::operations::interruption::interruptible;
use crate::operations::sessions::authenticate::Caller;
use crate::store::{Changes, CommitError, Conflict};

#[derive(Debug)]
pub struct ChangeTeamMember {
    pub organization_id: OrganizationId,
    /// With the organization that it is said to be of.
    pub team: (OrganizationId, TeamId),
    pub user_id: UserId,
}

#[derive(Debug, thiserror::Error)]
pub enum ChangeTeamMemberError {
    /// The caller, or who is to be put or taken.
    #[error("not a member of the organization")]
    NotAMember,
    #[error("the caller's role does not permit to put anybody into a team")]
    MayNotAdd,
    #[error("the caller's role does not permit to take anybody out of a team")]
    MayNotRemove,
    #[error("the organization has no such team")]
    TeamNotFound,
    #[error("the member is not in the team")]
    NotInTheTeam,
    #[error("the member is in as many teams as a member may be")]
    TooManyTeams,
    #[error(transparent)]
    Interrupted(#[from] Interruption),
}

interruptible!(ChangeTeamMemberError);

/// How often those concerned are looked at again when another request was writing them.
const ROUNDS: usize = 8;

impl Core {
    /// Who is in the team already stays.
    pub async fn add_team_member(
        &self,
        caller: &Caller,
        command: ChangeTeamMember,
        now: Timestamp,
    ) -> Result<TeamMembership, ChangeTeamMemberError> {
        self.limit_rate(RateLimit::USER, caller.user.id, now).await?;
        let (id, team_id) = (command.organization_id, command.team.1);
        let mut caller = caller.clone();
        for _ in 0..ROUNDS {
            let acting = &caller.user;
            let own = self.allowed(acting, id, Permission::UPDATE_MEMBER, ChangeTeamMemberError::MayNotAdd)?;
            let (member, mut next) = self.team_member(&command).await?;
            if let Some(joined) = next.teams.iter().find(|team| team.team_id == team_id) {
                return Ok(*joined);
            }
            if next.teams.len() >= TeamMembership::MAX {
                self.forget_gone_teams(&mut next).await?;
            }
            if next.teams.len() >= TeamMembership::MAX {
                return Err(ChangeTeamMemberError::TooManyTeams);
            }
            let joined = TeamMembership {
                team_id,
                joined_at: now,
            };
            next.teams.push(joined);
            let changes = writing(&member, &next, acting, own).expect_team(id, team_id);
            if self.is_team_written(changes).await? {
                return Ok(joined);
            }
            let again = self.look_again(&caller, now).await?;
            caller = again.ok_or(Interruption::SessionGone)?;
        }
        Err(Interruption::Unavailable.into())
    }

    pub async fn remove_team_member(
        &self,
        caller: &Caller,
        command: ChangeTeamMember,
        now: Timestamp,
    ) -> Result<(), ChangeTeamMemberError> {
        self.limit_rate(RateLimit::USER, caller.user.id, now).await?;
        let (id, team_id) = (command.organization_id, command.team.1);
        let mut caller = caller.clone();
        for _ in 0..ROUNDS {
            let acting = &caller.user;
            let own = self.allowed(
                acting,
                id,
                Permission::DELETE_MEMBER,
                ChangeTeamMemberError::MayNotRemove,
            )?;
            let (member, mut next) = self.team_member(&command).await?;
            if !next.is_in(team_id) {
                return Err(ChangeTeamMemberError::NotInTheTeam);
            }
            next.teams.retain(|team| team.team_id != team_id);
            if self.is_team_written(writing(&member, &next, acting, own)).await? {
                return Ok(());
            }
            let again = self.look_again(&caller, now).await?;
            caller = again.ok_or(Interruption::SessionGone)?;
        }
        Err(Interruption::Unavailable.into())
    }

    fn allowed<'a>(
        &self,
        acting: &'a User,
        organization: OrganizationId,
        permission: Permission,
        denied: ChangeTeamMemberError,
    ) -> Result<&'a Membership, ChangeTeamMemberError> {
        let own = acting
            .membership(organization)
            .ok_or(ChangeTeamMemberError::NotAMember)?;
        if self.settings.organizations.roles.permit(&own.roles, &permission.into()) {
            Ok(own)
        } else {
            Err(denied)
        }
    }

    async fn team_member(&self, command: &ChangeTeamMember) -> Result<(User, Membership), ChangeTeamMemberError> {
        let id = command.organization_id;
        self.still_there(id).await?.ok_or(ChangeTeamMemberError::NotAMember)?;
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

    /// Teams that were taken away still stand in the memberships of who was in them.
    async fn forget_gone_teams(&self, membership: &mut Membership) -> Result<(), Interruption> {
        let id = membership.organization_id;
        let joined = membership.teams.iter().map(|team| (id, team.team_id));
        let there = self.store.find_teams(&joined.collect::<Vec<_>>()).await?;
        membership
            .teams
            .retain(|joined| there.iter().any(|team| team.id == joined.team_id));
        Ok(())
    }

    /// Whether the changes were written; if not, somebody was changed meanwhile.
    async fn is_team_written(&self, changes: Changes) -> Result<bool, ChangeTeamMemberError> {
        match self.store.commit(changes).await {
            Ok(()) => Ok(true),
            Err(CommitError::Conflict(Conflict::UserMoved)) => Ok(false),
            Err(CommitError::Conflict(Conflict::TeamGone)) => Err(ChangeTeamMemberError::TeamNotFound),
            Err(error) => Err(error.into()),
        }
    }
}

/// Both halves of the membership, while the caller is what it was.
fn writing(member: &User, next: &Membership, acting: &User, own: &Membership) -> Changes {
    let changes = Changes::new().change_membership(member, next);
    if member.id == acting.id {
        changes
    } else {
        changes.expect_member(acting.id, own)
    }
}
