//! All teams of an organization, for its members.

use crate::domain::{OrganizationId, Team};
use crate::operations::core::Core;
use crate::operations::interruption::Interruption;
use crate::operations::refusal::refusals;
use crate::operations::sessions::authenticate::Caller;

#[derive(Debug, thiserror::Error)]
pub enum ListTeamsError {
    #[error("the caller is not a member of the organization")]
    NotAMember,
    #[error("the caller's role does not permit to see the teams of other members")]
    NotPermitted,
    #[error("the user in question is not a member of the organization")]
    NoSuchMember,
    #[error(transparent)]
    Interrupted(#[from] Interruption),
}

refusals!(ListTeamsError {
    NotAMember: NotFound,
    NotPermitted: Forbidden,
    NoSuchMember: NotFound,
} denied NotAMember, NotPermitted);

impl Core {
    pub async fn list_teams(&self, caller: &Caller, organization: OrganizationId) -> Result<Vec<Team>, ListTeamsError> {
        let membership = self.current_membership(caller, organization).await?;
        membership.ok_or(ListTeamsError::NotAMember)?;
        Ok(self.store.list_teams(organization).await?)
    }
}
