//! The changes that an accepted invitation makes in the organization, for new and for existing users.

use jiff::Timestamp;

use crate::domain::{Invitation, InvitationState, Membership, OrganizationId, TeamId, User};
use crate::operations::invitations::inviter::Inviter;
use crate::operations::prelude::*;
use crate::store::{Changes, StoreError};

impl Core {
    /// The membership of a user who accepts the invitation.
    pub(in crate::operations) async fn offered_membership(
        &self,
        invitation: &Invitation,
        inviter: &Inviter,
        now: Timestamp,
    ) -> Result<Membership, Interruption> {
        let teams = self
            .existing_teams(invitation.organization_id, &invitation.teams)
            .await?;
        Ok(invitation.membership(inviter.organization_number(), &teams, now))
    }

    /// The teams that have not been removed.
    pub(in crate::operations) async fn existing_teams(
        &self,
        organization: OrganizationId,
        teams: &[TeamId],
    ) -> Result<Vec<TeamId>, Interruption> {
        if teams.is_empty() {
            return Ok(Vec::new());
        }
        let ids: Vec<_> = teams.iter().map(|team| (organization, *team)).collect();
        let found = self.store.find_teams(&ids).await?;
        Ok(found.into_iter().map(|team| team.id).collect())
    }

    /// The organization's half of a new membership. The caller of this function writes the user.
    ///
    /// One query for the seats: the commit decides by the plan that the organization then has, without reading it.
    pub(in crate::operations) async fn redeem_invitation(
        &self,
        invitation: &Invitation,
        inviter: &Inviter,
        user: &User,
        membership: &Membership,
        now: Timestamp,
    ) -> Result<Changes, StoreError> {
        let limits = self.seat_limits().await?;
        let accepted = invitation
            .clone()
            .in_state(InvitationState::Accepted { by: user.id, at: now });
        let changes = Changes::new()
            .close_invitation(&accepted, invitation)
            .take_invited_seat(membership.organization_id, &membership.roles, &limits)
            .require_writable(membership.organization_id, now)
            .create_member(user, membership);
        Ok(inviter.require_roles(changes))
    }
}
