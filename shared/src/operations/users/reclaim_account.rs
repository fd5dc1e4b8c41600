//! Giving an account to the owner of its address alone, when the owner proves control of the mailbox for the first time.
//! Until then anyone may have signed up with the address, prepared other methods of access to the account, and put into
//! it what its owner would later take for their own (pre-hijacking).

use jiff::Timestamp;

use crate::domain::search::MAX_WORDS;
use crate::domain::{
    InvitationState, Name, Organization, OrganizationId, OrganizationKind, OrganizationPatch, Patch, Profile, User,
};
use crate::operations::attempts::{Lost, Retries};
use crate::operations::prelude::*;
use crate::store::{Changes, Conflict, StoreError};

/// How many writes of this module one commit contains, beside the password, the user with the words of the name, and the
/// other writes of the operation: a commit has at most a hundred writes.
const WRITES: usize = 70;

/// The room for writes in one commit.
#[derive(Debug)]
pub(super) struct Room {
    left: usize,
    is_enough: bool,
}

impl Room {
    /// Whether there is room for the writes, which are then counted.
    pub(super) fn take(&mut self, writes: usize) -> bool {
        let fits = writes <= self.left;
        if fits {
            self.left -= writes;
        } else {
            self.is_enough = false;
        }
        fits
    }
}

/// What one commit takes away.
#[derive(Debug)]
pub(in crate::operations) struct Reclaiming {
    pub changes: Changes,
    /// Whether nothing is left for another commit.
    pub is_all: bool,
    dissolved: Vec<OrganizationId>,
}

impl Core {
    /// Takes away every method of sign-in but the password, and what a stranger may have planted: names, picture and
    /// telephone number, memberships in organizations that have other members, and invitations into the others. An
    /// account that an administrator created was described by that administrator, so there it takes credentials only.
    ///
    /// The commit must write the user with a new session generation, and be made by
    /// [`Core::commit_reclaiming`].
    pub(in crate::operations) async fn reclaim_account(
        &self,
        user: &mut User,
        changes: Changes,
        now: Timestamp,
    ) -> Result<Reclaiming, StoreError> {
        let mut room = Room {
            left: WRITES,
            is_enough: true,
        };
        let mut reclaiming = Reclaiming {
            changes: self.revoke_all_credentials(user, changes, &mut room).await?,
            is_all: true,
            dissolved: Vec::new(),
        };
        if !user.is_provisioned {
            reclaiming.changes = forget_profile(user, reclaiming.changes);
            self.leave_organizations(user, &mut reclaiming, &mut room, now).await?;
        }
        reclaiming.is_all = room.is_enough;
        Ok(reclaiming)
    }

    /// `false`: the commit lost a race.
    pub(in crate::operations) async fn commit_reclaiming(
        &self,
        retries: &mut Retries<'_>,
        changes: Changes,
        dissolved: &[OrganizationId],
        now: Timestamp,
    ) -> Result<bool, Lost> {
        match retries.commit(changes).await {
            // Members who join and leave in the meantime change how an organization is treated.
            Err(Lost::Refused(
                conflict @ (Conflict::LastOwner | Conflict::LastAdministrator | Conflict::OrganizationGone),
            )) => {
                retries.back_off(conflict).await?;
                Ok(false)
            }
            Ok(true) => {
                for id in dissolved {
                    self.drop_dissolved(*id, now).await;
                }
                Ok(true)
            }
            ended => ended,
        }
    }

    async fn leave_organizations(
        &self,
        user: &mut User,
        reclaiming: &mut Reclaiming,
        room: &mut Room,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let memberships = user.memberships.clone();
        let ids: Vec<_> = memberships
            .iter()
            .map(|membership| membership.organization_id)
            .collect();
        let organizations = self.store.find_undissolved_organizations(&ids).await?;
        for membership in &memberships {
            let id = membership.organization_id;
            let changes = std::mem::take(&mut reclaiming.changes);
            reclaiming.changes = match organizations.iter().find(|organization| organization.id == id) {
                Some(organization) if organization.member_count <= 1 => {
                    self.withdraw_invitations(organization, user, changes, room, now)
                        .await?
                }
                Some(organization)
                    if organization.would_lack_leader_without(&membership.roles) && room.take(4 + MAX_WORDS) =>
                {
                    *user = user.without_membership(id);
                    reclaiming.dissolved.push(id);
                    changes.drop_member(id, user.id).dissolve_organization(organization)
                }
                Some(organization) if !organization.would_lack_leader_without(&membership.roles) && room.take(2) => {
                    *user = user.without_membership(id);
                    changes.delete_member(user.id, membership)
                }
                // The organization is being deleted.
                None if room.take(1) => {
                    *user = user.without_membership(id);
                    changes.drop_member(id, user.id)
                }
                Some(_) | None => changes,
            };
        }
        Ok(())
    }

    /// Cancels the invitations into an organization without other members.
    async fn withdraw_invitations(
        &self,
        organization: &Organization,
        user: &User,
        mut changes: Changes,
        room: &mut Room,
        now: Timestamp,
    ) -> Result<Changes, StoreError> {
        let mut pending = Vec::new();
        if organization.open_invitations > 0 {
            pending = self.store.list_invitations(organization.id).await?;
            pending.retain(|invitation| invitation.state == InvitationState::Pending);
        }
        // Another commit would need as many checks.
        if pending.is_empty() && room.left == 0 || !room.take(1) {
            return Ok(changes);
        }
        if pending.is_empty() && organization.kind == OrganizationKind::Solo && room.take(MAX_WORDS) {
            // It has the name of its user, and no seat for another one.
            let patch = OrganizationPatch {
                name: Some(user.name.as_str().to_owned()),
                logo: Patch::Clear,
                ..OrganizationPatch::default()
            };
            return Ok(changes.update_organization(organization, &patch, now));
        }
        let mut settled = 0;
        for invitation in &pending {
            if !room.take(2) {
                break;
            }
            let canceled = invitation
                .clone()
                .in_state(InvitationState::Canceled { by: user.id, at: now });
            changes = if invitation.has_expired(now) {
                changes.update_invitation(&canceled, invitation)
            } else {
                changes.close_invitation(&canceled, invitation)
            };
            settled += 1;
        }
        if settled > 0 {
            changes = changes.settle_invitations(organization.id, settled);
        }
        Ok(changes.require_sole_member(organization))
    }

    /// Deletes the items of an organization that a commit has dissolved. It exists for no user any more, so an error
    /// here only leaves unused items.
    async fn drop_dissolved(&self, id: OrganizationId, now: Timestamp) {
        let purged = self.purge_organization(id, None, now).await;
        let dropped = match purged {
            Ok(()) => self
                .store
                .commit(Changes::new().forget_organization(id))
                .await
                .map_err(Into::into),
            Err(interruption) => Err(interruption),
        };
        if let Err(error) = dropped {
            tracing::warn!(%error, "items of a dissolved organization are left");
        }
    }
}

impl Reclaiming {
    /// The changes, and the organizations that their commit dissolves.
    pub(in crate::operations) fn into_parts(self) -> (Changes, Vec<OrganizationId>) {
        (self.changes, self.dissolved)
    }
}

/// Names, picture and telephone number by which the user would appear to others.
fn forget_profile(user: &mut User, mut changes: Changes) -> Changes {
    for username in user.claimed_usernames() {
        changes = changes.release_username(username, user.id);
    }
    if let Some(phone) = user.profile.phone.take() {
        changes = changes.release_phone(&phone, user.id);
    }
    user.username = None;
    user.display_claim = None;
    user.display_username = None;
    user.name = Name::default();
    user.image = None;
    user.profile = Profile::default();
    changes
}
