//! What an organization sees of its invitations, and withdraws of them.

use jiff::Timestamp;

use crate::domain::{
    AccessDenied, Invitation, InvitationId, InvitationState, Membership, OrganizationId, Permission, RateLimit,
};
use crate::operations::core::Core;
use crate::operations::interruption::Interruption;
use crate::operations::interruption::interruptible;
use crate::operations::sessions::authenticate::Caller;
use crate::store::{Changes, CommitError, Conflict};

#[derive(Debug, thiserror::Error)]
pub enum ListInvitationsError {
    #[error("the caller is not a member of the organization")]
    NotAMember,
    /// The id of an invitation leads into the organization, so only who may invite sees any.
    #[error("the caller's role does not permit it")]
    NotPermitted,
    #[error(transparent)]
    Interrupted(#[from] Interruption),
}

#[derive(Debug, thiserror::Error)]
pub enum CancelInvitationError {
    #[error("the invitation is unknown or was answered")]
    NotFound,
    #[error("the caller is not a member of the organization")]
    NotAMember,
    #[error("the caller's role does not permit it")]
    NotPermitted,
    #[error(transparent)]
    Interrupted(#[from] Interruption),
}

interruptible!(ListInvitationsError, CancelInvitationError);

impl From<AccessDenied> for CancelInvitationError {
    fn from(denied: AccessDenied) -> Self {
        match denied {
            AccessDenied::NotAMember => Self::NotAMember,
            AccessDenied::NotPermitted => Self::NotPermitted,
        }
    }
}

/// How often invitation and caller are looked at again when another request was writing them.
const ROUNDS: usize = 8;

impl Core {
    /// All that are pending, and what became of others in the last thirty days, oldest first. Invitations of owners are seen by owners.
    pub async fn list_invitations(
        &self,
        caller: &Caller,
        organization: OrganizationId,
    ) -> Result<Vec<Invitation>, ListInvitationsError> {
        let membership = self.membership(caller, organization).await?;
        let membership = membership.ok_or(ListInvitationsError::NotAMember)?;
        if !self.may_see_invitations(membership) {
            return Err(ListInvitationsError::NotPermitted);
        }
        Ok(self.visible_invitations(membership).await?)
    }

    pub(in crate::operations) fn may_see_invitations(&self, membership: &Membership) -> bool {
        let access = &self.settings.organizations.roles;
        access.permit(&membership.roles, &Permission::CREATE_INVITATION.into())
    }

    pub(in crate::operations) async fn visible_invitations(
        &self,
        membership: &Membership,
    ) -> Result<Vec<Invitation>, Interruption> {
        let mut invitations = self.store.list_invitations(membership.organization_id).await?;
        let sees_all = membership.roles.is_owner();
        invitations.retain(|invitation| sees_all || !invitation.roles.is_owner());
        Ok(invitations)
    }

    /// One that has expired may be withdrawn, too.
    pub async fn cancel_invitation(
        &self,
        caller: &Caller,
        organization: OrganizationId,
        id: InvitationId,
        now: Timestamp,
    ) -> Result<Invitation, CancelInvitationError> {
        self.limit_rate(RateLimit::USER, caller.user.id, now).await?;
        let mut caller = caller.clone();
        for _ in 0..ROUNDS {
            let user = &caller.user;
            let invitation = self.store.find_invitation(organization, id).await?;
            let invitation = invitation.ok_or(CancelInvitationError::NotFound)?;
            let access = &self.settings.organizations.roles;
            let membership = access.authorize(user, organization, Permission::CANCEL_INVITATION)?;
            if invitation.state != InvitationState::Pending {
                return Err(CancelInvitationError::NotFound);
            }
            let canceled = invitation
                .clone()
                .in_state(InvitationState::Canceled { by: user.id, at: now });
            let changes = Changes::new().expect_member(user.id, membership);
            match self.close(&invitation, &canceled, changes, now).await {
                Ok(()) => return Ok(canceled),
                Err(CommitError::Conflict(Conflict::OrganizationMoved)) => {
                    return Err(CancelInvitationError::NotAMember);
                }
                Err(CommitError::Conflict(Conflict::InvitationMoved | Conflict::UserMoved)) => {
                    let again = self.look_again(&caller, now).await?;
                    caller = again.ok_or(Interruption::SessionGone)?;
                }
                Err(error) => return Err(error.into()),
            }
        }
        Err(Interruption::Unavailable.into())
    }
}
