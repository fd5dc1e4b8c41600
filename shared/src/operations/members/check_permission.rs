//! Whether the caller's roles in an organization permit an action.

use crate::domain::{OrganizationId, Statements};
use crate::operations::prelude::*;

refusals! {
    pub enum CheckPermissionError {
        NotAMember: NotFound = "the caller is not a member of the organization",
    }
}

impl Core {
    /// Whether one of the caller's roles has all requested permissions.
    pub async fn check_permission(
        &self,
        caller: &Caller,
        organization: OrganizationId,
        asked: &Statements,
    ) -> Result<bool, CheckPermissionError> {
        let membership = self.current_membership(caller, organization).await?;
        let membership = membership.ok_or(CheckPermissionError::NotAMember)?;
        Ok(self.settings.organizations.roles.permit(&membership.roles, asked))
    }
}
