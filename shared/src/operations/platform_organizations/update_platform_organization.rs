//! Changing an organization as an administrator of the platform: its name, state, plan and seats.

use jiff::Timestamp;

use crate::domain::organization::AccountPatch;
use crate::domain::{
    Organization, OrganizationId, OrganizationKind, OrganizationPatch, OrganizationStatus, Patch, Plan, SeatLimits,
    Seats,
};
use crate::operations::platform_administrators::AdminCaller;
use crate::operations::platform_organizations::show_platform_organization::PlatformOrganization;
use crate::operations::prelude::*;
use crate::store::Changes;

/// Absent fields keep their values.
#[derive(Debug, Default)]
pub struct UpdatePlatformOrganization {
    pub name: Option<String>,
    pub region: Option<String>,
    pub kind: Option<OrganizationKind>,
    pub plan: Option<Plan>,
    pub status: Option<OrganizationStatus>,
    pub plan_expires_at: Patch<Timestamp>,
    pub open_join: Option<bool>,
    pub open_invite: Option<bool>,
    /// Without it, a new plan determines the seats.
    pub seats: Option<u32>,
    pub active_seats: Option<u32>,
    pub subscription: Patch<String>,
}

refusals! {
    pub enum UpdatePlatformOrganizationError {
        NotFound: NotFound = "no organization has the id",
        SeatsInUse: Limit = "the organization has more members than it would have seats",
        ActiveSeatsInUse: Limit = "the organization has more members than could be active",
        PersonalSeats: Invalid = "a personal organization has one seat",
        OtherMembers: Invalid = "an organization with other members or open invitations cannot become a personal one",
        OtherPersonal: Conflict = "the owner of the organization has a personal one already",
        PlanOfOtherKind: Invalid = "the plan is one for organizations of another kind",
        PlanOver: Invalid = "the plan of the organization is over",
    }
}

impl Core {
    /// A suspension holds in every contract at once for tokens and switches, and for the sessions of the members as
    /// their memberships are written. What was cut off there is completed when the request is repeated.
    pub async fn update_platform_organization(
        &self,
        caller: &AdminCaller,
        id: OrganizationId,
        command: &UpdatePlatformOrganization,
        now: Timestamp,
    ) -> Result<PlatformOrganization, UpdatePlatformOrganizationError> {
        let mut attempts = self.admin_attempts(caller, "admin-update-organization", now);
        let updated = loop {
            let seen = self.undissolved_organization(id).await?;
            let seen = seen.ok_or(UpdatePlatformOrganizationError::NotFound)?;
            let limits = self.seat_limits().await?;
            let (patch, seats) = patch_by_administrator(command, &seen, &limits, now)?;
            if patch.is_empty() {
                break seen;
            }
            let mut changes = Changes::new()
                .update_organization(&seen, &patch, now)
                .require_terms(&seen);
            if patch.kind == Some(OrganizationKind::Solo) {
                changes = self.require_first_personal(changes, id).await?;
            }
            if let Some(seats) = seats {
                changes = changes.require_members_within(id, seats.members.min(seats.active_members));
            }
            if attempts.commit(id, changes).await? {
                break seen.patched(patch, now);
            }
        };
        if command.status.is_some() {
            self.spread_status(id, updated.status, now).await?;
        }
        Ok(self.with_members(updated, now).await?)
    }

    /// A user has one personal organization. The owner must be as read, so that another request creates none meanwhile.
    async fn require_first_personal(
        &self,
        mut changes: Changes,
        id: OrganizationId,
    ) -> Result<Changes, UpdatePlatformOrganizationError> {
        for (owner, _) in self.store.list_members(id).await? {
            let Some(owner) = self.store.find_user(owner).await? else {
                continue;
            };
            let joined = owner.memberships.iter().map(|membership| membership.organization_id);
            let others: Vec<_> = joined.filter(|other| *other != id).collect();
            let others = self.store.find_undissolved_organizations(&others).await?;
            if others.iter().any(|other| other.kind == OrganizationKind::Solo) {
                return Err(UpdatePlatformOrganizationError::OtherPersonal);
            }
            changes = changes.require_user(&owner);
        }
        Ok(changes)
    }
}

/// The patch, and the seats that the organization then has, if it changes them. A client may send fields back with the
/// values that it has read.
fn patch_by_administrator(
    command: &UpdatePlatformOrganization,
    seen: &Organization,
    limits: &SeatLimits,
    now: Timestamp,
) -> Result<(OrganizationPatch, Option<Seats>), UpdatePlatformOrganizationError> {
    let kind = command.kind.unwrap_or(seen.kind);
    let is_other_kind = kind != seen.kind;
    let has_others = seen.member_count > 1 || seen.open_invitations > 0;
    if is_other_kind && kind == OrganizationKind::Solo && has_others {
        return Err(UpdatePlatformOrganizationError::OtherMembers);
    }
    let begun = is_other_kind.then(|| Plan::of_kind(kind));
    let plan = command.plan.or(begun).filter(|plan| Some(*plan) != seen.plan);
    if plan.is_some_and(|plan| plan.kind() != kind) {
        return Err(UpdatePlatformOrganizationError::PlanOfOtherKind);
    }
    let is_personal = kind == OrganizationKind::Solo;
    let mut numbers = [command.seats, command.active_seats];
    if is_personal && numbers.iter().flatten().any(|seats| *seats != 1) {
        return Err(UpdatePlatformOrganizationError::PersonalSeats);
    }
    let shown = limits.seats(seen);
    for (number, shown) in numbers.iter_mut().zip([shown.members, shown.active_members]) {
        *number = match *number {
            _ if is_personal => is_other_kind.then_some(1),
            same if plan.is_none() && same == Some(shown) => None,
            number => number,
        };
    }
    let [seats, active_seats] = numbers;
    let mut patch = OrganizationPatch {
        name: command.name.clone().filter(|name| *name != seen.name),
        region: command.region.clone(),
        kind: is_other_kind.then_some(kind),
        open_join: command.open_join,
        open_invite: command.open_invite,
        account: AccountPatch {
            plan,
            seats,
            active_seats,
            // A personal organization keeps its one seat.
            seats_of_plan: plan.is_some() && !is_personal,
            // An organization that gets its first plan here is no account, and keeps an owner.
            owner_led: (plan.is_some() && seen.plan.is_none()).then_some(true),
            plan_expires_at: command.plan_expires_at,
            subscription: command.subscription.clone(),
            ..AccountPatch::default()
        },
        ..OrganizationPatch::default()
    };
    let seats = changes_seats(&patch).then(|| limits.seats(&seen.clone().patched(patch.clone(), now)));
    if let Some(seats) = seats {
        if seats.members < seen.member_count {
            return Err(UpdatePlatformOrganizationError::SeatsInUse);
        }
        if seats.active_members < seen.member_count {
            return Err(UpdatePlatformOrganizationError::ActiveSeatsInUse);
        }
    }
    if let Some(status) = command.status {
        patch = with_status(patch, seen, status, now)?;
    }
    Ok((patch, seats))
}

fn changes_seats(patch: &OrganizationPatch) -> bool {
    let AccountPatch {
        plan,
        seats,
        active_seats,
        ..
    } = &patch.account;
    plan.is_some() || seats.is_some() || active_seats.is_some()
}

/// The status is stored only where the organization would not have it anyway: the end of a plan is a time.
fn with_status(
    mut patch: OrganizationPatch,
    seen: &Organization,
    status: OrganizationStatus,
    now: Timestamp,
) -> Result<OrganizationPatch, UpdatePlatformOrganizationError> {
    let has = |patch: &OrganizationPatch| seen.clone().patched(patch.clone(), now).status_at(now) == status;
    if !has(&patch) {
        patch.account.status = Some(status);
        if !has(&patch) {
            return Err(UpdatePlatformOrganizationError::PlanOver);
        }
    }
    Ok(patch)
}
