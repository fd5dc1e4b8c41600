//! Adding a member of an organization to one of its teams.

use jiff::Timestamp;

use crate::domain::{AccessDenied, Membership, Permission, TeamMembership};
use crate::operations::prelude::*;
use crate::operations::teams::change_team_member::{ChangeTeamMember, ChangeTeamMemberError};
use crate::store::Changes;

impl Core {
    /// A member who is in the team already stays in it.
    pub async fn add_team_member(
        &self,
        caller: &Caller,
        command: ChangeTeamMember,
        now: Timestamp,
    ) -> Result<TeamMembership, ChangeTeamMemberError> {
        let (id, team_id) = (command.organization_id, command.team.1);
        let access = &self.settings.organizations.roles;
        let joined_now = TeamMembership {
            team_id,
            joined_at: now,
        };
        let mut attempts = self.attempts(caller, now).await?;
        loop {
            let allowed = access
                .authorize(&attempts.caller().user, id, Permission::UPDATE_MEMBER)
                .map(drop);
            allowed.map_err(|denied| match denied {
                AccessDenied::NotAMember => ChangeTeamMemberError::NotAMember,
                AccessDenied::NotPermitted => ChangeTeamMemberError::MayNotAdd,
            })?;
            let (member, mut next) = self.team_member(&command).await?;
            if let Some(joined) = next.teams.iter().find(|team| team.team_id == team_id) {
                return Ok(*joined);
            }
            if next.teams.len() >= TeamMembership::MAX {
                self.drop_removed_teams(&mut next).await?;
            }
            if next.teams.len() >= TeamMembership::MAX {
                return Err(ChangeTeamMemberError::TooManyTeams);
            }
            next.teams.push(joined_now);
            let changes = Changes::new()
                .change_membership(&member, &next)
                .require_team(id, team_id)
                .require_writable(id, now);
            if attempts.commit(changes).await? {
                return Ok(joined_now);
            }
        }
    }

    /// Removed teams remain stored in the memberships of their members, and count against the limit there.
    async fn drop_removed_teams(&self, membership: &mut Membership) -> Result<(), Interruption> {
        let ids: Vec<_> = membership.teams.iter().map(|team| team.team_id).collect();
        let existing = self.existing_teams(membership.organization_id, &ids).await?;
        membership.teams.retain(|team| existing.contains(&team.team_id));
        Ok(())
    }
}
