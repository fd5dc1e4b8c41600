//! Invitations as the invited user sees them: only a user who has verified the invited address.

use crate::domain::{Invitation, InvitationId, InvitationState, Organization, OrganizationId, User};
use crate::operations::prelude::*;

#[derive(Debug)]
pub struct ReceivedInvitation {
    pub invitation: Invitation,
    pub organization: Organization,
}

refusals! {
    pub enum AnswerInvitationError {
        NotFound: NotFound on OrganizationGone = "the invitation is unknown, answered, canceled or expired",
        NotTheRecipient: Forbidden = "the invitation is for another address",
        EmailNotVerified: Forbidden = "the caller has not verified the address that was invited",
    }
}

impl Core {
    /// A pending invitation of the user's address. It may have expired.
    pub(in crate::operations) async fn received_invitation(
        &self,
        user: &User,
        organization: OrganizationId,
        id: InvitationId,
    ) -> Result<Invitation, AnswerInvitationError> {
        let found = self.store.find_invitation(organization, id).await?;
        let pending = found.filter(|invitation| invitation.state == InvitationState::Pending);
        let invitation = pending.ok_or(AnswerInvitationError::NotFound)?;
        if invitation.email != user.email {
            return Err(AnswerInvitationError::NotTheRecipient);
        }
        if !user.is_email_verified() {
            return Err(AnswerInvitationError::EmailNotVerified);
        }
        Ok(invitation)
    }
}
