//! Rejecting an invitation, and looking at those that one got: for the user who has verified the address that was invited.

use jiff::Timestamp;

use crate::domain::{
    EmailAddress, Invitation, InvitationId, InvitationState, Organization, OrganizationId, RateLimit, User,
};
use crate::operations::core::Core;
use crate::operations::interruption::Interruption;
use crate::operations::interruption::interruptible;
use crate::operations::sessions::authenticate::Caller;
use crate::store::{Changes, CommitError, Conflict};

/// An invitation, as whoever is invited sees it.
#[derive(Debug)]
pub struct ReceivedInvitation {
    pub invitation: Invitation,
    pub organization: Organization,
}

#[derive(Debug, thiserror::Error)]
pub enum AnswerInvitationError {
    /// Unknown, answered, withdrawn or expired.
    #[error("the invitation waits for no answer")]
    NotFound,
    #[error("the invitation is for another address")]
    NotTheRecipient,
    #[error("the caller has not verified the address that was invited")]
    EmailNotVerified,
    #[error(transparent)]
    Interrupted(#[from] Interruption),
}

#[derive(Debug, thiserror::Error)]
pub enum ShowInvitationError {
    #[error(transparent)]
    Answer(#[from] AnswerInvitationError),
    #[error("who sent the invitation may not hand out its roles any more")]
    InviterLeft,
    #[error(transparent)]
    Interrupted(#[from] Interruption),
}

interruptible!(AnswerInvitationError, ShowInvitationError);

/// How often an invitation that is being mailed is looked at again.
const ROUNDS: usize = 4;

impl Core {
    /// An invitation that has expired may still be rejected.
    pub async fn reject_invitation(
        &self,
        caller: &Caller,
        organization: OrganizationId,
        id: InvitationId,
        now: Timestamp,
    ) -> Result<Invitation, AnswerInvitationError> {
        self.limit_rate(RateLimit::USER, caller.user.id, now).await?;
        for _ in 0..ROUNDS {
            let invitation = self.received(&caller.user, organization, id).await?;
            let rejected = invitation.clone().in_state(InvitationState::Rejected { at: now });
            match self.close(&invitation, &rejected, Changes::new(), now).await {
                Ok(()) => return Ok(rejected),
                Err(CommitError::Conflict(Conflict::InvitationMoved)) => {}
                Err(CommitError::Conflict(Conflict::OrganizationMoved)) => return Err(AnswerInvitationError::NotFound),
                Err(error) => return Err(error.into()),
            }
        }
        Err(Interruption::Unavailable.into())
    }

    /// With the address of whoever sent it.
    pub async fn show_invitation(
        &self,
        caller: &Caller,
        organization: OrganizationId,
        id: InvitationId,
        now: Timestamp,
    ) -> Result<(ReceivedInvitation, EmailAddress), ShowInvitationError> {
        let invitation = self.received(&caller.user, organization, id).await?;
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

    /// All that wait for the caller's answer, in whatever organizations.
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
        let of = |invitation: &Invitation| {
            let mut found = organizations.iter();
            found.find(|organization| organization.id == invitation.organization_id)
        };
        let received = invitations.into_iter().filter_map(|invitation| {
            let organization = of(&invitation)?.clone();
            Some(ReceivedInvitation {
                invitation,
                organization,
            })
        });
        Ok(received.collect())
    }

    async fn received(
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

    /// Writes an invitation that nobody waits for any more, on the conditions of `changes`.
    pub(in crate::operations) async fn close(
        &self,
        seen: &Invitation,
        closed: &Invitation,
        changes: Changes,
        now: Timestamp,
    ) -> Result<(), CommitError> {
        let changes = changes.settle_invitations(seen.organization_id, 1);
        let changes = if seen.has_expired(now) {
            changes.update_invitation(closed, seen.hash)
        } else {
            changes.close_invitation(closed, seen.hash)
        };
        self.store.commit(changes).await
    }
}
