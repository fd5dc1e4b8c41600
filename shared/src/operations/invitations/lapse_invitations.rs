//! Taking invitations off the count of those that are open once they have expired. Time passes without a write, so this is done when
//! somebody needs the room.

use jiff::Timestamp;

use crate::domain::{Invitation, InvitationState, OrganizationId};
use crate::operations::core::Core;
use crate::operations::interruption::Interruption;
use crate::store::{Changes, CommitError, Conflict};

/// How many are written in one commit.
const AT_ONCE: i8 = 40;

impl Core {
    /// Reads all invitations of the organization.
    pub(in crate::operations) async fn lapse_invitations(
        &self,
        organization: OrganizationId,
        now: Timestamp,
    ) -> Result<(), Interruption> {
        let mut expired = self.store.list_invitations(organization).await?;
        expired.retain(|invitation| invitation.state == InvitationState::Pending && invitation.has_expired(now));
        for some in expired.chunks(AT_ONCE.unsigned_abs().into()) {
            match self.store.commit(lapsing(organization, some)).await {
                // Or somebody else is at it, or withdraws one of them.
                Ok(()) | Err(CommitError::Conflict(Conflict::InvitationMoved | Conflict::OrganizationMoved)) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }
}

fn lapsing(organization: OrganizationId, some: &[Invitation]) -> Changes {
    let lapsed = some.iter().fold(Changes::new(), |changes, invitation| {
        let seen = invitation.hash;
        changes.update_invitation(&invitation.clone().in_state(InvitationState::Lapsed), seen)
    });
    lapsed.settle_invitations(organization, i8::try_from(some.len()).unwrap_or(AT_ONCE))
}
