//! The invitations of an organization, for members who have the permission to invite: the id of an invitation gives its
//! holder access to the organization.

use crate::domain::{Invitation, Membership, OrganizationId, Permission};
use crate::operations::prelude::*;

refusals! {
    pub enum ListInvitationsError {
        NotAMember: NotFound = "the caller is not a member of the organization",
        NotPermitted: Forbidden = "the caller's role does not permit it",
    }
}

impl Core {
    /// All pending invitations, and those that were answered or canceled in the last thirty days, oldest first.
    pub async fn list_invitations(
        &self,
        caller: &Caller,
        organization: OrganizationId,
    ) -> Result<Vec<Invitation>, ListInvitationsError> {
        let membership = self.current_membership(caller, organization).await?;
        let membership = membership.ok_or(ListInvitationsError::NotAMember)?;
        let visible = self.visible_invitations(membership).await?;
        visible.ok_or(ListInvitationsError::NotPermitted)
    }

    /// `None`: the member may not see invitations. Only owners see those of future owners.
    pub(in crate::operations) async fn visible_invitations(
        &self,
        membership: &Membership,
    ) -> Result<Option<Vec<Invitation>>, Interruption> {
        let access = &self.settings.organizations.roles;
        if !access.permit(&membership.roles, &Permission::CREATE_INVITATION.into()) {
            return Ok(None);
        }
        let mut invitations = self.store.list_invitations(membership.organization_id).await?;
        invitations.retain(|invitation| membership.roles.is_owner() || !invitation.roles.is_owner());
        Ok(Some(invitations))
    }
}
