//! Making, renaming and taking away the teams of an organization.

use jiff::Timestamp;

use crate::domain::{AccessDenied, OrganizationId, Permission, RateLimit, Team, TeamId};
use crate::operations::core::Core;
use crate::operations::interruption::Interruption;
use crate::operations::interruption::interruptible;
use crate::operations::sessions::authenticate::Caller;
use crate::store::{Changes, CommitError, Conflict};

#[derive(Debug, thiserror::Error)]
pub enum ChangeTeamError {
    #[error("the caller is not a member of the organization")]
    NotAMember,
    #[error("the caller's role does not permit it")]
    NotPermitted,
    #[error("the organization has no such team")]
    NotFound,
    /// Who acts for a team takes it away only after acting for another.
    #[error("the team is the active one")]
    IsActive,
    #[error("the organization has as many teams as it may have")]
    TooManyTeams,
    #[error(transparent)]
    Interrupted(#[from] Interruption),
}

interruptible!(ChangeTeamError);

impl From<AccessDenied> for ChangeTeamError {
    fn from(denied: AccessDenied) -> Self {
        match denied {
            AccessDenied::NotAMember => Self::NotAMember,
            AccessDenied::NotPermitted => Self::NotPermitted,
        }
    }
}

/// How often the caller is looked at again when another request was writing it.
const ROUNDS: usize = 4;

impl Core {
    pub async fn create_team(
        &self,
        caller: &Caller,
        organization_id: OrganizationId,
        name: String,
        now: Timestamp,
    ) -> Result<Team, ChangeTeamError> {
        let team = Team {
            id: TeamId::generate(now, &*self.entropy),
            organization_id,
            name,
            created_at: now,
            updated_at: now,
        };
        let create = || Changes::new().create_team(&team, Team::MAX);
        self.change_team(caller, organization_id, Permission::CREATE_TEAM, create, now)
            .await?;
        Ok(team)
    }

    /// Without a name, the team stays as it is.
    pub async fn update_team(
        &self,
        caller: &Caller,
        (organization, id): (OrganizationId, TeamId),
        name: Option<String>,
        now: Timestamp,
    ) -> Result<Team, ChangeTeamError> {
        let access = &self.settings.organizations.roles;
        access.authorize(&caller.user, organization, Permission::UPDATE_TEAM)?;
        let seen = self.team(organization, id).await?;
        let Some(name) = name else { return Ok(seen) };
        let team = Team {
            name,
            updated_at: now,
            ..seen
        };
        let rename = || Changes::new().rename_team(&team);
        self.change_team(caller, organization, Permission::UPDATE_TEAM, rename, now)
            .await?;
        Ok(team)
    }

    /// Its members are in it no more: a team that is gone counts for nothing where it still stands.
    pub async fn remove_team(
        &self,
        caller: &Caller,
        (organization, id): (OrganizationId, TeamId),
        now: Timestamp,
    ) -> Result<(), ChangeTeamError> {
        let access = &self.settings.organizations.roles;
        if caller.user.membership(organization).is_some() && caller.session.active_team == Some(id) {
            return Err(ChangeTeamError::IsActive);
        }
        access.authorize(&caller.user, organization, Permission::DELETE_TEAM)?;
        self.team(organization, id).await?;
        let delete = || Changes::new().delete_team(organization, id);
        self.change_team(caller, organization, Permission::DELETE_TEAM, delete, now)
            .await
    }

    async fn team(&self, organization: OrganizationId, id: TeamId) -> Result<Team, ChangeTeamError> {
        self.still_there(organization)
            .await?
            .ok_or(ChangeTeamError::NotAMember)?;
        let team = self.store.find_team(organization, id).await?;
        team.ok_or(ChangeTeamError::NotFound)
    }

    /// Commits what the caller may do, for as long as the caller may.
    async fn change_team(
        &self,
        caller: &Caller,
        organization: OrganizationId,
        permission: Permission,
        changes: impl Fn() -> Changes,
        now: Timestamp,
    ) -> Result<(), ChangeTeamError> {
        self.limit_rate(RateLimit::USER, caller.user.id, now).await?;
        let mut caller = caller.clone();
        for _ in 0..ROUNDS {
            let access = &self.settings.organizations.roles;
            let membership = access.authorize(&caller.user, organization, permission)?;
            let changes = changes().expect_member(caller.user.id, membership);
            match self.store.commit(changes).await {
                Ok(()) => return Ok(()),
                Err(CommitError::Conflict(Conflict::TeamGone)) => return Err(ChangeTeamError::NotFound),
                Err(CommitError::Conflict(Conflict::OrganizationMoved)) => return Err(ChangeTeamError::NotAMember),
                Err(CommitError::Conflict(Conflict::TeamLimit)) => {
                    let there = self.still_there(organization).await?;
                    return Err(there.map_or(ChangeTeamError::NotAMember, |()| ChangeTeamError::TooManyTeams));
                }
                Err(CommitError::Conflict(Conflict::UserMoved)) => {
                    let again = self.look_again(&caller, now).await?;
                    caller = again.ok_or(Interruption::SessionGone)?;
                }
                Err(error) => return Err(error.into()),
            }
        }
        Err(Interruption::Unavailable.into())
    }
}
