//! The teams that another member of the organization is in.

use crate::domain::{OrganizationId, Permission, Team, UserId};
use crate::operations::prelude::*;
use crate::operations::teams::list_teams::ListTeamsError;

impl Core {
    /// Only for members with the permission to change the teams of others.
    pub async fn list_teams_of(
        &self,
        caller: &Caller,
        organization: OrganizationId,
        member: UserId,
    ) -> Result<Vec<Team>, ListTeamsError> {
        let access = &self.settings.organizations.roles;
        access.authorize(&caller.user, organization, Permission::UPDATE_MEMBER)?;
        let found = self.store.find_user(member).await?;
        let user = found.filter(|user| user.membership(organization).is_some());
        let user = user.ok_or(ListTeamsError::NoSuchMember)?;
        Ok(self.teams_of_user(&user, Some(organization)).await?)
    }
}
