//! Accepting an invitation as a user who has an account: whoever is signed in with the address that was invited, and has verified it.

use jiff::Timestamp;

use crate::domain::{Invitation, InvitationId, InvitationState, Membership, OrganizationId, RateLimit, User, UserId};
use crate::operations::core::Core;
use crate::operations::interruption::Interruption;
use crate::operations::interruption::interruptible;
use crate::operations::sessions::authenticate::Caller;
use crate::store::{Changes, CommitError, Conflict};

/// A new member, and the invitation that made one.
#[derive(Debug)]
pub struct Joined {
    pub invitation: Invitation,
    pub user_id: UserId,
    pub membership: Membership,
}

#[derive(Debug, thiserror::Error)]
pub enum JoinOrganizationError {
    /// Unknown, answered, withdrawn or expired.
    #[error("the invitation waits for no answer")]
    NotFound,
    #[error("the invitation is for another address")]
    NotTheRecipient,
    #[error("the caller has not verified the address that was invited")]
    EmailNotVerified,
    /// Removed or demoted since then: an invitation is worth no more than whoever sent it.
    #[error("who sent the invitation may not hand out its roles any more")]
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

interruptible!(JoinOrganizationError);

/// How often invitation and caller are looked at again when another request was writing them.
const ROUNDS: usize = 8;

impl Core {
    /// The organization becomes active in the caller's session.
    pub async fn join_organization(
        &self,
        caller: &Caller,
        organization: OrganizationId,
        id: InvitationId,
        now: Timestamp,
    ) -> Result<Joined, JoinOrganizationError> {
        self.limit_rate(RateLimit::USER, caller.user.id, now).await?;
        let mut caller = caller.clone();
        for _ in 0..ROUNDS {
            let user = &caller.user;
            let invitation = self.invitation_for(user, organization, id, now).await?;
            let inviter = self.inviter(&invitation, now).await?;
            let inviter = inviter.ok_or(JoinOrganizationError::InviterLeft)?;
            let teams = self.existing_teams(organization, &invitation.teams).await?;
            let joined = Joined {
                user_id: user.id,
                membership: invitation.membership(inviter.organization_number(), &teams, now),
                invitation: invitation
                    .clone()
                    .in_state(InvitationState::Accepted { by: user.id, at: now }),
            };
            let changes = self.entering(invitation, &caller, &joined.membership, now);
            match self.store.commit(inviter.expected_by(changes)).await {
                Ok(()) => return Ok(joined),
                Err(CommitError::Conflict(Conflict::NoSeat)) => {
                    return Err(self.why_no_seat(organization).await?);
                }
                Err(CommitError::Conflict(Conflict::AlreadyMember)) => {
                    return Err(JoinOrganizationError::AlreadyMember);
                }
                Err(CommitError::Conflict(Conflict::SessionGone)) => return Err(Interruption::SessionGone.into()),
                // Answered or mailed meanwhile, or the user was written, or the inviter has other roles by now.
                Err(CommitError::Conflict(Conflict::InvitationMoved | Conflict::UserMoved)) => {
                    let again = self.look_again(&caller, now).await?;
                    caller = again.ok_or(Interruption::SessionGone)?;
                }
                Err(error) => return Err(error.into()),
            }
        }
        Err(Interruption::Unavailable.into())
    }

    async fn invitation_for(
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
        if !self.may_join_another(user) {
            return Err(JoinOrganizationError::TooManyOrganizations);
        }
        Ok(invitation)
    }

    fn entering(&self, invitation: Invitation, caller: &Caller, membership: &Membership, now: Timestamp) -> Changes {
        let mut member = caller.user.clone();
        member.memberships.push(membership.clone());
        self.joining(invitation, &caller.user, membership, now)
            .update_user(&member)
            .activate_organization(member.id, caller.session.id, Some(membership.organization_id))
    }

    /// The organization's part of what makes a member of whoever was invited.
    pub(in crate::operations) fn joining(
        &self,
        invitation: Invitation,
        user: &User,
        membership: &Membership,
        now: Timestamp,
    ) -> Changes {
        let seen = invitation.hash;
        let accepted = invitation.in_state(InvitationState::Accepted { by: user.id, at: now });
        Changes::new()
            .close_invitation(&accepted, seen)
            .take_invited_seat(
                membership.organization_id,
                &membership.roles,
                self.settings.organizations.members,
            )
            .create_member(user, membership)
    }

    /// An organization that is gone has no seat either.
    async fn why_no_seat(&self, organization: OrganizationId) -> Result<JoinOrganizationError, Interruption> {
        Ok(match self.store.find_organization(organization).await? {
            Some(_) => JoinOrganizationError::NoSeat,
            None => JoinOrganizationError::NotFound,
        })
    }
}
