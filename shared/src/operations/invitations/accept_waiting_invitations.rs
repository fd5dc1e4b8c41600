//! Accepting all invitations that wait for a user's verified address, when the user signs in or has just verified it.

use jiff::Timestamp;

use crate::domain::{Invitation, User};
use crate::operations::attempts::Lost;
use crate::operations::prelude::*;
use crate::store::Conflict;

impl Core {
    /// Returns the user with the new memberships. An invitation that cannot be accepted now waits: one whose
    /// organization has no free seat or is read-only, and one as an owner for a user with a second factor, which needs
    /// a session that has shown it. An invitation never prevents the sign-in, whose session is written already: one that
    /// a fault of the store interrupts waits for the next sign-in.
    ///
    /// One read for a user without invitations.
    pub async fn accept_waiting_invitations(&self, user: User, now: Timestamp) -> User {
        if !user.is_email_verified() {
            return user;
        }
        self.accept_waiting_of(&user, now).await.unwrap_or_else(|error| {
            tracing::warn!(user.id = %user.id, %error, "the invitations of a user wait for the next sign-in");
            user
        })
    }

    async fn accept_waiting_of(&self, user: &User, now: Timestamp) -> Result<User, Interruption> {
        let mut waiting = self.store.list_invitations_of(&user.email).await?;
        waiting.retain(|invitation| invitation.await_answer(now).is_ok());
        if waiting.is_empty() {
            return Ok(user.clone());
        }
        // The commit that preceded this one may have written the user.
        let stored = self.store.find_user(user.id).await?;
        let mut user = stored.unwrap_or_else(|| user.clone());
        for invitation in waiting {
            user = self.accept_waiting(user, &invitation, now).await?;
        }
        Ok(user)
    }

    /// Returns the user as stored, with the membership if the invitation could be accepted.
    async fn accept_waiting(&self, mut user: User, seen: &Invitation, now: Timestamp) -> Result<User, Interruption> {
        let mut invitation = seen.clone();
        let mut retries = self.retries(now);
        loop {
            if !self.may_enter(&user, &invitation) {
                return Ok(user);
            }
            let Some(inviter) = self.inviter(&invitation, now).await? else {
                return Ok(user);
            };
            let membership = self.offered_membership(&invitation, &inviter, now).await?;
            let mut joined = user.clone();
            joined.memberships.push(membership.clone());
            let changes = self
                .redeem_invitation(&invitation, &inviter, &joined, &membership, now)
                .await?
                .update_user(&joined);
            match retries.commit(changes).await {
                Ok(true) => {
                    joined.mark_stored();
                    return Ok(joined);
                }
                Ok(false) => {}
                Err(
                    Lost::Refused(Conflict::NoSeat | Conflict::OrganizationGone | Conflict::AlreadyMember)
                    | Lost::Interrupted(Interruption::OrganizationReadOnly),
                ) => {
                    tracing::info!(organization.id = %invitation.organization_id, "an invitation waits for a seat");
                    return Ok(user);
                }
                Err(lost) => return Err(lost.into()),
            }
            let (again, still) = tokio::join!(
                self.store.find_user(user.id),
                self.store.find_invitation(invitation.organization_id, invitation.id)
            );
            let Some(again) = again? else { return Ok(user) };
            user = again;
            match still?.filter(|invitation| invitation.await_answer(now).is_ok()) {
                Some(still) => invitation = still,
                None => return Ok(user),
            }
        }
    }

    fn may_enter(&self, user: &User, invitation: &Invitation) -> bool {
        user.email == invitation.email
            && user.is_email_verified()
            && user.membership_in_any_state(invitation.organization_id).is_none()
            && self.settings.organizations.may_join_another(user)
            && !(invitation.roles.is_owner() && user.two_factor_enabled)
    }
}
