//! Changing an organization as an administrator of the platform: its name, state, plan and seats.

use jiff::Timestamp;

use crate::domain::organization::AccountPatch;
use crate::domain::{
    Organization, OrganizationId, OrganizationKind, OrganizationPatch, OrganizationStatus, Patch, Plan, PlanTerms,
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
            let patch = self.patch_by_administrator(command, &seen, now).await?;
            if patch.is_empty() {
                break seen;
            }
            let mut changes = Changes::new()
                .update_organization(&seen, &patch, now)
                .require_terms(&seen);
            if let Some(seats) = patch.account.active_seats {
                changes = changes.require_members_within(id, seats);
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

    /// A client may send fields back with the values that it has read.
    async fn patch_by_administrator(
        &self,
        command: &UpdatePlatformOrganization,
        seen: &Organization,
        now: Timestamp,
    ) -> Result<OrganizationPatch, UpdatePlatformOrganizationError> {
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
        let terms = match plan {
            Some(plan) => Some(self.plan_terms(plan).await?),
            None => None,
        };
        let (seats, active_seats) = self.seats_by_administrator(command, seen, kind, terms.as_ref())?;
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
                // An organization that gets its first plan here is no account, and keeps an owner.
                owner_led: (plan.is_some() && seen.plan.is_none()).then_some(true),
                plan_expires_at: command.plan_expires_at,
                subscription: command.subscription.clone(),
                ..AccountPatch::default()
            },
            ..OrganizationPatch::default()
        };
        if let Some(status) = command.status {
            patch = with_status(patch, seen, status, now)?;
        }
        Ok(patch)
    }

    /// The seats and the active seats that change. A number that an administrator gives precedes that of the plan.
    fn seats_by_administrator(
        &self,
        command: &UpdatePlatformOrganization,
        seen: &Organization,
        kind: OrganizationKind,
        terms: Option<&PlanTerms>,
    ) -> Result<(Option<u32>, Option<u32>), UpdatePlatformOrganizationError> {
        let (seats, active) = (command.seats, command.active_seats);
        if kind == OrganizationKind::Solo {
            let is_one = |seats: Option<u32>| seats.is_none_or(|seats| seats == 1);
            if !is_one(seats) || !is_one(active) {
                return Err(UpdatePlatformOrganizationError::PersonalSeats);
            }
            let begun = (kind != seen.kind).then_some(1);
            return Ok((begun, begun));
        }
        let shown = seen.seats.unwrap_or(self.settings.organizations.members);
        let shown_active = seen.active_seats.unwrap_or(shown);
        let seats = seats.filter(|seats| terms.is_some() || *seats != shown);
        let seats = seats.or(terms.map(|terms| terms.max_members));
        let active = active.filter(|active| terms.is_some() || *active != shown_active);
        let active = active.or(terms.map(|terms| terms.max_active_members));
        if seats.is_some_and(|seats| seats < seen.member_count) {
            return Err(UpdatePlatformOrganizationError::SeatsInUse);
        }
        if active.is_some_and(|active| active < seen.member_count) {
            return Err(UpdatePlatformOrganizationError::ActiveSeatsInUse);
        }
        Ok((seats, active))
    }
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
