//! The teams that the caller is in.

use crate::domain::{OrganizationId, Team};
use crate::operations::prelude::*;
use crate::operations::teams::list_teams::ListTeamsError;

impl Core {
    /// The teams within one organization, or in all.
    pub async fn list_own_teams(
        &self,
        caller: &Caller,
        organization: Option<OrganizationId>,
    ) -> Result<Vec<Team>, ListTeamsError> {
        if organization.is_some_and(|id| caller.user.membership(id).is_none()) {
            return Err(ListTeamsError::NotAMember);
        }
        Ok(self.teams_of_user(&caller.user, organization).await?)
    }
}
