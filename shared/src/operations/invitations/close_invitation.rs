//! Ending an invitation that was not accepted.

use jiff::Timestamp;

use crate::domain::Invitation;
use crate::store::Changes;

/// Writes a rejected or canceled invitation, which no longer counts as one of the organization's open ones.
pub(in crate::operations) fn close_invitation(seen: &Invitation, closed: &Invitation, now: Timestamp) -> Changes {
    let changes = Changes::new().settle_invitations(seen.organization_id, 1);
    if seen.has_expired(now) {
        // The address may have a newer invitation, which stays pending.
        changes.update_invitation(closed, seen)
    } else {
        changes.close_invitation(closed, seen)
    }
}
