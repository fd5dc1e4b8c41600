//! One invitation, as the invited user sees it.

use jiff::Timestamp;

use crate::domain::{EmailAddress, InvitationId, OrganizationId};
use crate::operations::invitations::received_invitation::{AnswerInvitationError, ReceivedInvitation};
use crate::operations::prelude::*;

refusals! {
    pub enum ShowInvitationError {
        InviterLeft: Forbidden = "the inviter may not give the invitation's roles any more",
    }
    of {
        Answer(#[from] AnswerInvitationError) = "{0}",
    }
}

impl Core {
    /// With the address of the inviter.
    pub async fn show_invitation(
        &self,
        caller: &Caller,
        organization: OrganizationId,
        id: InvitationId,
        now: Timestamp,
    ) -> Result<(ReceivedInvitation, EmailAddress), ShowInvitationError> {
        let invitation = self.received_invitation(&caller.user, organization, id).await?;
        if invitation.has_expired(now) {
            return Err(AnswerInvitationError::NotFound.into());
        }
        let organization = self.store.find_organization(organization).await?;
        let organization = organization.ok_or(AnswerInvitationError::NotFound)?;
        let inviter = self.inviter(&invitation, now).await?;
        let inviter = inviter.ok_or(ShowInvitationError::InviterLeft)?;
        let received = ReceivedInvitation {
            invitation,
            organization,
        };
        Ok((received, inviter.email))
    }
}
