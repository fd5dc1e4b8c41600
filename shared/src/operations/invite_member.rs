//! Inviting a mailbox into an organization.

use jiff::Timestamp;

use super::interruption::interruptible;
use super::{Caller, Core, Interruption};
use crate::domain::{
    EmailAddress, Errand, Invitation, InvitationId, InvitationState, OrganizationId, OrganizationKind,
    OrganizationRole, RateLimit,
};
use crate::store::Changes;

#[derive(Debug)]
pub struct InviteMember {
    pub organization_id: OrganizationId,
    pub email: EmailAddress,
    pub role: OrganizationRole,
}

#[derive(Debug, thiserror::Error)]
pub enum InviteMemberError {
    #[error("the caller is not a member of the organization")]
    NotAMember,
    #[error("the caller's role may not invite with this role")]
    NotAllowed,
    #[error("the organization has no free seat")]
    NoSeat,
    #[error("the organization is one person's own")]
    SoloOrganization,
    #[error(transparent)]
    Interrupted(#[from] Interruption),
}

interruptible!(InviteMemberError);

impl Core {
    pub async fn invite_member(
        &self,
        caller: &Caller,
        command: InviteMember,
        now: Timestamp,
    ) -> Result<Invitation, InviteMemberError> {
        self.limit_rate(RateLimit::USER, caller.user.id, now).await?;
        let membership = caller
            .user
            .membership(command.organization_id)
            .ok_or(InviteMemberError::NotAMember)?;
        if !membership.role.may_invite(command.role) {
            return Err(InviteMemberError::NotAllowed);
        }
        let organization = self.store.find_organization(command.organization_id).await?;
        let organization = organization.ok_or(InviteMemberError::NotAMember)?;
        if organization.kind == OrganizationKind::Solo {
            return Err(InviteMemberError::SoloOrganization);
        }
        if !organization.has_free_seat() {
            return Err(InviteMemberError::NoSeat);
        }
        let invitation = Invitation {
            id: InvitationId::generate(now, &*self.entropy),
            organization_id: organization.id,
            email: command.email,
            role: command.role,
            inviter: caller.user.id,
            hash: None,
            state: InvitationState::Pending,
            created_at: now,
            expires_at: now + self.settings.invitation_lifetime,
        };
        let errand = Errand::Invitation {
            organization_id: organization.id,
            invitation_id: invitation.id,
        };
        self.store
            .commit(
                Changes::new()
                    .create_invitation(&invitation)
                    .enqueue(&self.mail(errand, now)),
            )
            .await?;
        Ok(invitation)
    }
}
