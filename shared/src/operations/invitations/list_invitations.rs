//! The invitations of an organization, for members who have the permission to invite: the id of an invitation gives its
//! holder access to the organization.

use crate::domain::listing::{Listed, Page};
use crate::domain::{Invitation, Membership, OrganizationId, Permission, User, UserId};
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

    /// A page of them, each with the user who sent it unless that user was deleted. All invitations are read: there are
    /// few, because only those of the last thirty days are kept and few may be pending.
    pub async fn list_sent_invitations(
        &self,
        caller: &Caller,
        organization: OrganizationId,
        page: Page,
    ) -> Result<Listed<(Invitation, Option<User>)>, ListInvitationsError> {
        let invitations = self.list_invitations(caller, organization).await?;
        let total = invitations.len();
        let shown = page.of(invitations);
        let mut ids: Vec<UserId> = shown.iter().map(|invitation| invitation.inviter).collect();
        ids.sort_unstable();
        ids.dedup();
        let inviters = self.store.find_users(&ids).await?;
        let inviter = |id: UserId| inviters.iter().flatten().find(|user| user.id == id).cloned();
        let records = shown.into_iter().map(|invitation| {
            let sender = inviter(invitation.inviter);
            (invitation, sender)
        });
        Ok(Listed {
            records: records.collect(),
            total,
        })
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
