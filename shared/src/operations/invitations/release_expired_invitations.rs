//! Expired invitations are counted among the open ones until they are marked, because time passes without a write. They
//! are marked when an organization has reached its limit of open invitations.

use jiff::Timestamp;

use crate::domain::{Invitation, InvitationState, OrganizationId};
use crate::operations::prelude::*;
use crate::store::{Changes, CommitError, Conflict};

/// How many are written in one commit.
const BATCH: i8 = 40;

impl Core {
    /// Reads all invitations of the organization.
    pub(in crate::operations) async fn release_expired_invitations(
        &self,
        organization: OrganizationId,
        now: Timestamp,
    ) -> Result<(), Interruption> {
        let mut expired = self.store.list_invitations(organization).await?;
        expired.retain(|invitation| invitation.state == InvitationState::Pending && invitation.has_expired(now));
        for batch in expired.chunks(BATCH.unsigned_abs().into()) {
            match self.store.commit(mark_expired(organization, batch)).await {
                // A parallel request marks or cancels some of them, or deletes the organization.
                Err(CommitError::Conflict(conflict))
                    if conflict.is_lost_race() || conflict == Conflict::OrganizationGone => {}
                ended => ended?,
            }
        }
        Ok(())
    }
}

fn mark_expired(organization: OrganizationId, batch: &[Invitation]) -> Changes {
    let marked = batch.iter().fold(Changes::new(), |changes, invitation| {
        changes.update_invitation(&invitation.clone().in_state(InvitationState::Lapsed), invitation)
    });
    marked.settle_invitations(organization, i8::try_from(batch.len()).unwrap_or(BATCH))
}
