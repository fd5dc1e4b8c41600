//! One invitation, as the invited user sees it.

use jiff::Timestamp;

use crate::domain::{EmailAddress, InvitationId, OrganizationId};
use crate::operations::core::Core;
use crate::operations::interruption::Interruption;
use crate::operations::invitations::received_invitation::{AnswerInvitationError, ReceivedInvitation};
use crate::operations::refusal::refusals;
use crate::operations::sessions::authenticate::Caller;

#[derive(Debug, thiserror::Error)]
pub enum ShowInvitationError {
    #[error(transparent)]
    Answer(#[from] AnswerInvitationError),
    #[error("the inviter may not give the invitation's roles any more")]
    InviterLeft,
    #[error(transparent)]
    Interrupted(#[from] Interruption),
}

refusals!(ShowInvitationError { InviterLeft: Forbidden } of Answer);

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
