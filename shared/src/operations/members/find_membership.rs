//! The caller's own membership in an organization.

use crate::domain::{Membership, OrganizationId};
use crate::operations::members::check_permission::CheckPermissionError;
use crate::operations::prelude::*;

impl Core {
    pub async fn find_membership(
        &self,
        caller: &Caller,
        organization: OrganizationId,
    ) -> Result<Membership, CheckPermissionError> {
        let membership = self.current_membership(caller, organization).await?;
        membership.cloned().ok_or(CheckPermissionError::NotAMember)
    }
}
