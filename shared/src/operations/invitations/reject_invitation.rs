//! Rejecting an invitation, as the invited user.

use jiff::Timestamp;

use crate::domain::{Invitation, InvitationId, InvitationState, OrganizationId};
use crate::operations::invitations::close_invitation::close_invitation;
use crate::operations::invitations::received_invitation::AnswerInvitationError;
use crate::operations::prelude::*;

impl Core {
    /// An expired invitation may be rejected, too.
    pub async fn reject_invitation(
        &self,
        caller: &Caller,
        organization: OrganizationId,
        id: InvitationId,
        now: Timestamp,
    ) -> Result<Invitation, AnswerInvitationError> {
        let mut attempts = self.attempts(caller, now).await?;
        loop {
            let user = &attempts.caller().user;
            let seen = self.received_invitation(user, organization, id).await?;
            let rejected = seen.clone().in_state(InvitationState::Rejected { at: now });
            if attempts.commit(close_invitation(&seen, &rejected, now)).await? {
                return Ok(rejected);
            }
        }
    }
}
