//! Canceling an invitation, as the organization that sent it.

use jiff::Timestamp;

use crate::domain::{Invitation, InvitationId, InvitationState, OrganizationId, Permission};
use crate::operations::invitations::close_invitation::close_invitation;
use crate::operations::prelude::*;

refusals! {
    pub enum CancelInvitationError {
        NotFound: NotFound = "the invitation is unknown or was answered",
        NotAMember: NotFound on OrganizationGone = "the caller is not a member of the organization",
        /// The caller may cancel no invitations, or not one with these roles.
        NotPermitted: Forbidden = "the caller's role does not permit it",
    }
    denied NotAMember, NotPermitted
}

impl Core {
    /// An expired invitation may be canceled, too.
    pub async fn cancel_invitation(
        &self,
        caller: &Caller,
        organization: OrganizationId,
        id: InvitationId,
        now: Timestamp,
    ) -> Result<Invitation, CancelInvitationError> {
        let access = &self.settings.organizations.roles;
        let mut attempts = self.attempts(caller, now).await?;
        loop {
            let user = &attempts.caller().user;
            let seen = self.store.find_invitation(organization, id).await?;
            let seen = seen.ok_or(CancelInvitationError::NotFound)?;
            let own = access.authorize(user, organization, Permission::CANCEL_INVITATION)?;
            if seen.state != InvitationState::Pending {
                return Err(CancelInvitationError::NotFound);
            }
            if !access.outrank(&own.roles, &seen.roles) {
                return Err(CancelInvitationError::NotPermitted);
            }
            let state = InvitationState::Canceled { by: user.id, at: now };
            let canceled = seen.clone().in_state(state);
            let changes = close_invitation(&seen, &canceled, now).require_writable(organization, now);
            if attempts.commit(changes).await? {
                return Ok(canceled);
            }
        }
    }
}
