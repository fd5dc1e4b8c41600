//! The invitations that wait for the caller's answer.

use jiff::Timestamp;

use crate::operations::invitations::received_invitation::{AnswerInvitationError, ReceivedInvitation};
use crate::operations::prelude::*;

impl Core {
    /// Of all organizations.
    pub async fn list_received_invitations(
        &self,
        caller: &Caller,
        now: Timestamp,
    ) -> Result<Vec<ReceivedInvitation>, AnswerInvitationError> {
        if !caller.user.is_email_verified() {
            return Err(AnswerInvitationError::EmailNotVerified);
        }
        let mut invitations = self.store.list_invitations_of(&caller.user.email).await?;
        invitations.retain(|invitation| invitation.await_answer(now).is_ok());
        let ids: Vec<_> = invitations
            .iter()
            .map(|invitation| invitation.organization_id)
            .collect();
        let organizations = self.store.find_organizations(&ids).await?;
        let received = invitations.into_iter().filter_map(|invitation| {
            let mut all = organizations.iter();
            let organization = all.find(|organization| organization.id == invitation.organization_id)?;
            Some(ReceivedInvitation {
                organization: organization.clone(),
                invitation,
            })
        });
        Ok(received.collect())
    }
}
