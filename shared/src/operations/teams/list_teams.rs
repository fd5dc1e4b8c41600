//! All teams of an organization, for its members.

use crate::domain::{OrganizationId, Team};
use crate::operations::prelude::*;

refusals! {
    pub enum ListTeamsError {
        NotAMember: NotFound = "the caller is not a member of the organization",
        NotPermitted: Forbidden = "the caller's role does not permit to see the teams of other members",
        NoSuchMember: NotFound = "the user in question is not a member of the organization",
    }
    denied NotAMember, NotPermitted
}

impl Core {
    pub async fn list_teams(&self, caller: &Caller, organization: OrganizationId) -> Result<Vec<Team>, ListTeamsError> {
        let membership = self.current_membership(caller, organization).await?;
        membership.ok_or(ListTeamsError::NotAMember)?;
        Ok(self.store.list_teams(organization).await?)
    }
}
