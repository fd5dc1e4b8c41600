//! Accepting an invitation as a user who has an account, and who has verified the address that was invited.

use jiff::Timestamp;

use crate::domain::{Invitation, InvitationId, InvitationState, Membership, OrganizationId, User, UserId};
use crate::operations::prelude::*;
use crate::operations::sessions::assurance::{Level, StepUp};

/// A new member, and the accepted invitation.
#[derive(Debug)]
pub struct Joined {
    pub invitation: Invitation,
    pub user_id: UserId,
    pub membership: Membership,
}

refusals! {
    pub enum JoinOrganizationError {
        NotFound: NotFound on OrganizationGone = "the invitation is unknown, answered, canceled or expired",
        NotTheRecipient: Forbidden = "the invitation is for another address",
        EmailNotVerified: Forbidden = "the caller has not verified the address that was invited",
        /// The inviter was removed or demoted in the meantime: an invitation grants no more than the inviter could.
        InviterLeft: Forbidden = "the inviter may not give the invitation's roles any more",
        NoSeat: Limit on NoSeat = "the organization has no free seat",
        AlreadyMember: Conflict on AlreadyMember = "the caller is a member already",
        TooManyOrganizations: Limit = "the caller is a member of as many organizations as a user may be",
    }
}

impl Core {
    /// The organization becomes active in the caller's session. An invitation as an owner needs a step-up.
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
            if membership.roles.is_owner() {
                StepUp::check(&caller, &self.settings.sessions, now)?;
            }
            user.memberships.push(membership.clone());
            let changes = self
                .redeem_invitation(&invitation, &inviter, &user, &membership, now)
                .await?
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
        if user.membership_in_any_state(organization).is_some() {
            return Err(JoinOrganizationError::AlreadyMember);
        }
        if !self.settings.organizations.may_join_another(user) {
            return Err(JoinOrganizationError::TooManyOrganizations);
        }
        Ok(invitation)
    }
}
