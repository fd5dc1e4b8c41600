//! Accepting an invitation as a user who has an account, and who has verified the address that was invited.

use jiff::Timestamp;

use crate::domain::{Invitation, InvitationId, InvitationState, Membership, OrganizationId, User, UserId};
use crate::operations::core::Core;
use crate::operations::interruption::Interruption;
use crate::operations::refusal::refusals;
use crate::operations::sessions::authenticate::Caller;

/// A new member, and the accepted invitation.
#[derive(Debug)]
pub struct Joined {
    pub invitation: Invitation,
    pub user_id: UserId,
    pub membership: Membership,
}

#[derive(Debug, thiserror::Error)]
pub enum JoinOrganizationError {
    #[error("the invitation is unknown, answered, canceled or expired")]
    NotFound,
    #[error("the invitation is for another address")]
    NotTheRecipient,
    #[error("the caller has not verified the address that was invited")]
    EmailNotVerified,
    /// The inviter was removed or demoted since then: an invitation gives no more than the inviter may give.
    #[error("the inviter may not give the invitation's roles any more")]
    InviterLeft,
    #[error("the organization has no free seat")]
    NoSeat,
    #[error("the caller is a member already")]
    AlreadyMember,
    #[error("the caller is a member of as many organizations as a user may be")]
    TooManyOrganizations,
    #[error(transparent)]
    Interrupted(#[from] Interruption),
}

refusals!(JoinOrganizationError {
    NotFound: NotFound on OrganizationGone,
    NotTheRecipient: Forbidden,
    EmailNotVerified: Forbidden,
    InviterLeft: Forbidden,
    NoSeat: Limit on NoSeat,
    AlreadyMember: Conflict on AlreadyMember,
    TooManyOrganizations: Limit,
});

impl Core {
    /// The organization becomes active in the caller's session.
    pub async fn join_organization(
        &self,
        caller: &Caller,
        organization: OrganizationId,
        id: InvitationId,
        now: Timestamp,
    ) -> Result<Joined, JoinOrganizationError> {
        let mut attempts = self.attempts(caller, now).await?;
        loop {
            let caller = attempts.caller();
            let mut user = caller.user.clone();
            let invitation = self.joinable_invitation(&user, organization, id, now).await?;
            let inviter = self.inviter(&invitation, now).await?;
            let inviter = inviter.ok_or(JoinOrganizationError::InviterLeft)?;
            let membership = self.offered_membership(&invitation, &inviter, now).await?;
            user.memberships.push(membership.clone());
            let changes = self
                .redeem_invitation(&invitation, &inviter, &user, &membership, now)
                .update_user(&user)
                .activate_organization(user.id, caller.session.id, Some(organization));
            if attempts.commit(changes).await? {
                return Ok(Joined {
                    invitation: invitation.in_state(InvitationState::Accepted { by: user.id, at: now }),
                    user_id: user.id,
                    membership,
                });
            }
        }
    }

    async fn joinable_invitation(
        &self,
        user: &User,
        organization: OrganizationId,
        id: InvitationId,
        now: Timestamp,
    ) -> Result<Invitation, JoinOrganizationError> {
        let found = self.store.find_invitation(organization, id).await?;
        let waiting = found.filter(|invitation| invitation.await_answer(now).is_ok());
        let invitation = waiting.ok_or(JoinOrganizationError::NotFound)?;
        if invitation.email != user.email {
            return Err(JoinOrganizationError::NotTheRecipient);
        }
        if !user.is_email_verified() {
            return Err(JoinOrganizationError::EmailNotVerified);
        }
        if user.membership(organization).is_some() {
            return Err(JoinOrganizationError::AlreadyMember);
        }
        if !self.settings.organizations.may_join_another(user) {
            return Err(JoinOrganizationError::TooManyOrganizations);
        }
        Ok(invitation)
    }
}
