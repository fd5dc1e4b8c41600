//! Removing a member from a team. The member stays in the organization.

use jiff::Timestamp;

use crate::domain::{AccessDenied, Permission};
use crate::operations::prelude::*;
use crate::operations::teams::change_team_member::{ChangeTeamMember, ChangeTeamMemberError};
use crate::store::Changes;

impl Core {
    pub async fn remove_team_member(
        &self,
        caller: &Caller,
        command: ChangeTeamMember,
        now: Timestamp,
    ) -> Result<(), ChangeTeamMemberError> {
        let (id, team_id) = (command.organization_id, command.team.1);
        let access = &self.settings.organizations.roles;
        let mut attempts = self.attempts(caller, now).await?;
        loop {
            let caller = attempts.caller();
            let own = access.authorize(&caller.user, id, Permission::DELETE_MEMBER);
            let own = own.map_err(|denied| match denied {
                AccessDenied::NotAMember => ChangeTeamMemberError::NotAMember,
                AccessDenied::NotPermitted => ChangeTeamMemberError::MayNotRemove,
            })?;
            let (member, mut next) = self.team_member(&command).await?;
            if !access.outrank(&own.roles, &next.roles) {
                return Err(ChangeTeamMemberError::MayNotRemove);
            }
            if !next.is_in(team_id) {
                return Err(ChangeTeamMemberError::NotInTheTeam);
            }
            next.teams.retain(|team| team.team_id != team_id);
            let changes = Changes::new()
                .change_membership(&member, &next)
                .require_writable(id, now);
            if attempts.commit(changes).await? {
                return Ok(());
            }
        }
    }
}
