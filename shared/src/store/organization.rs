//! Organizations: `ORGANIZATION#id / PROFILE`, and `SLUG#slug / IDENTIFIER`, which makes the slug unique. Only
//! conditional updates change the counts of an organization, in the commit of what they count. Members are in `member`.
//!
//! `ORGANIZATION#NUMBER#number / IDENTIFIER` locates an organization by its number. A personal organization has none,
//! because no contract names it by its number.

use aws_sdk_dynamodb::types::AttributeValue;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::changes::{Changes, Conflict};
use super::condition::{Condition, above, absent, at_least, at_most, below, is, is_not, unchanged};
use super::item::{Item, Millis, Record, Text, from_item, millis, number, text};
use super::write::Write;
use super::{Store, StoreError, keys};
use crate::domain::audit::Fact;
use crate::domain::{
    AccountDetails, BillingType, Event, MemberRoles, Organization, OrganizationDetails, OrganizationId,
    OrganizationKind, OrganizationNumber, OrganizationPatch, OrganizationStatus, Patch, Plan, SeatLimits, ServiceType,
    Slug, UserId,
};

#[derive(Debug, Serialize, Deserialize)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub(super) struct OrganizationRecord {
    id: Text<OrganizationId>,
    /// The place in the index of lists, which only the index uses.
    #[serde(default, skip_deserializing, skip_serializing_if = "Option::is_none")]
    listing: Option<String>,
    #[serde(default, skip_deserializing, skip_serializing_if = "Option::is_none")]
    listing_key: Option<String>,
    number: u64,
    name: String,
    slug: Text<Slug>,
    kind: Text<OrganizationKind>,
    status: Text<OrganizationStatus>,
    demo: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    logo: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    metadata: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    website: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    region: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    plan: Option<Text<Plan>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    address: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    billing: Option<Text<BillingType>>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    service_types: Vec<Text<ServiceType>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    sso_domain: Option<String>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    is_default: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    first_administrator: Option<Text<UserId>>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    owner_led: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    plan_expires_at: Option<Millis>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    subscription: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    active_seats: Option<u32>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    open_join: bool,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    open_invite: bool,
    /// If absent, the deployment's limit applies.
    #[serde(skip_serializing_if = "Option::is_none")]
    seats: Option<u32>,
    member_count: u32,
    owner_count: u32,
    /// Absent in items of earlier releases.
    #[serde(default)]
    administrator_count: i64,
    open_invitations: u32,
    created_at: Millis,
    /// Absent in items of earlier releases.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    updated_at: Option<Millis>,
}

#[derive(Debug, Serialize, Deserialize)]
struct SlugRecord {
    organization_id: Text<OrganizationId>,
}

#[derive(Debug, Serialize, Deserialize)]
struct NumberRecord {
    organization_id: Text<OrganizationId>,
}

impl Record for OrganizationRecord {
    const KIND: &'static str = "organization";
}

impl Record for SlugRecord {
    const KIND: &'static str = "slug";
}

impl Record for NumberRecord {
    const KIND: &'static str = "organization_number";
}

impl Store {
    /// An organization that its members may read. One that is suspended, or that is being dissolved, counts as deleted.
    pub async fn find_organization(&self, id: OrganizationId) -> Result<Option<Organization>, StoreError> {
        let found = self.find_organization_in_any_state(id).await?;
        Ok(found.filter(|organization| organization.status.is_readable()))
    }

    pub async fn find_organization_in_any_state(&self, id: OrganizationId) -> Result<Option<Organization>, StoreError> {
        let item = self.table.get(&keys::organization(id)).await?;
        let record = item.map(from_item::<OrganizationRecord>).transpose()?;
        Ok(record.map(Organization::from))
    }

    /// The organizations that their members may read, in the order of `ids`. One round trip reads a hundred.
    pub async fn find_organizations(&self, ids: &[OrganizationId]) -> Result<Vec<Organization>, StoreError> {
        let mut found = self.find_undissolved_organizations(ids).await?;
        found.retain(|organization| organization.status.is_readable());
        Ok(found)
    }

    /// The same with those that are suspended.
    pub async fn find_undissolved_organizations(
        &self,
        ids: &[OrganizationId],
    ) -> Result<Vec<Organization>, StoreError> {
        let keys: Vec<_> = ids.iter().map(|id| keys::organization(*id)).collect();
        let mut found = Vec::with_capacity(ids.len());
        for item in self.table.get_many(&keys).await?.into_iter().flatten() {
            let organization = Organization::from(from_item::<OrganizationRecord>(item)?);
            if organization.status != OrganizationStatus::Dissolving {
                found.push(organization);
            }
        }
        Ok(found)
    }

    pub async fn find_slug(&self, slug: &Slug) -> Result<Option<OrganizationId>, StoreError> {
        let item = self.table.get(&keys::slug(slug)).await?;
        let record = item.map(from_item::<SlugRecord>).transpose()?;
        Ok(record.map(|record| record.organization_id.0))
    }

    /// The organization with the number, unless it is someone's personal one.
    pub async fn find_organization_number(
        &self,
        number: OrganizationNumber,
    ) -> Result<Option<OrganizationId>, StoreError> {
        let item = self.table.get(&keys::organization_number(number)).await?;
        let record = item.map(from_item::<NumberRecord>).transpose()?;
        Ok(record.map(|record| record.organization_id.0))
    }
}

impl Changes {
    pub fn create_organization(self, organization: &Organization) -> Self {
        let write = Write::create(
            keys::organization(organization.id),
            &OrganizationRecord::from(organization),
        );
        let changes = self
            .fact(Fact::OrganizationCreated {
                organization: organization.id,
            })
            .claim_slug(&organization.slug, organization.id)
            .with(write, Conflict::IdTaken)
            .index_organization_name(organization.id, "", &organization.name)
            .tally_organizations(organization.id, 1)
            .tally_event(
                Event::OrganizationCreated,
                organization.id.to_bytes(),
                organization.created_at,
            );
        if organization.kind == OrganizationKind::Solo {
            return changes;
        }
        changes.claim_number(organization)
    }

    fn claim_number(self, organization: &Organization) -> Self {
        let record = NumberRecord {
            organization_id: Text(organization.id),
        };
        let write = Write::create(keys::organization_number(organization.number), &record);
        self.with(write, Conflict::IdTaken)
    }

    /// Claims the new slug and releases the old one. The write fails if the slug was changed since the organization was
    /// read.
    pub fn update_organization(self, seen: &Organization, patch: &OrganizationPatch, now: Timestamp) -> Self {
        let account = &patch.account;
        let fields = [
            ("name", patch.name.as_deref()),
            ("slug", patch.slug.as_ref().map(Slug::as_str)),
            ("logo", patch.logo.as_ref().value().map(String::as_str)),
            ("metadata", patch.metadata.as_deref()),
            ("description", patch.description.as_ref().value().map(String::as_str)),
            ("website", patch.website.as_ref().value().map(String::as_str)),
            ("region", patch.region.as_deref()),
            ("kind", patch.kind.map(OrganizationKind::as_str)),
            ("address", account.address.as_deref()),
            ("plan", account.plan.map(Plan::as_str)),
            ("billing", account.billing.map(BillingType::as_str)),
            ("sso_domain", account.sso_domain.as_ref().value().map(String::as_str)),
            ("status", account.status.map(OrganizationStatus::as_str)),
            (
                "subscription",
                account.subscription.as_ref().value().map(String::as_str),
            ),
        ];
        let changes = self.fact(Fact::OrganizationChanged { organization: seen.id });
        let mut write = update_as_read(seen).set("updated_at", millis(now));
        for (name, value) in fields.into_iter().filter_map(|(name, value)| Some((name, value?))) {
            write = write.set(name, text(value));
        }
        for (name, cleared) in [
            ("logo", patch.logo == Patch::Clear),
            ("description", patch.description == Patch::Clear),
            ("website", patch.website == Patch::Clear),
            ("subscription", account.subscription == Patch::Clear),
            ("plan_expires_at", account.plan_expires_at == Patch::Clear),
            ("sso_domain", account.sso_domain == Patch::Clear),
        ] {
            write = if cleared { write.remove(name) } else { write };
        }
        if let Some(types) = &account.service_types {
            write = write.set("service_types", AttributeValue::L(types.iter().map(text).collect()));
        }
        if let Some(is_default) = account.is_default {
            write = write.set("is_default", AttributeValue::Bool(is_default));
        }
        for (name, value) in [
            ("open_join", patch.open_join),
            ("open_invite", patch.open_invite),
            (OWNER_LED, account.owner_led),
        ] {
            if let Some(value) = value {
                write = write.set(name, AttributeValue::Bool(value));
            }
        }
        if let Patch::Set(at) = account.plan_expires_at {
            write = write.set("plan_expires_at", millis(at));
        }
        for (name, seats) in [("seats", account.seats), ("active_seats", account.active_seats)] {
            if account.seats_of_plan && seats.is_none() {
                write = write.remove(name);
            }
        }
        if let Some(seats) = account.active_seats {
            write = write.set("active_seats", number(seats));
        }
        if let Some(seats) = account.seats {
            let in_use = at_most("member_count", number(seats));
            write = write.set("seats", number(seats)).when(in_use);
        }
        let changes = match &patch.slug {
            Some(slug) if *slug != seen.slug => changes.claim_slug(slug, seen.id).release_slug(&seen.slug, seen.id),
            _ => changes,
        };
        let changes = match &patch.name {
            Some(name) => {
                // The words of the former name are deleted.
                write = write.when(is("name", text(&seen.name)));
                changes.index_organization_name(seen.id, &seen.name, name)
            }
            None => changes,
        };
        let changes = match patch.kind {
            Some(kind) if kind != seen.kind => changes.change_kind(seen, kind),
            _ => changes,
        };
        changes.with(write, Conflict::OrganizationMoved)
    }

    /// Only a business organization has a number, and a personal one has no members but its owner.
    fn change_kind(self, seen: &Organization, kind: OrganizationKind) -> Self {
        match kind {
            OrganizationKind::Business => self.claim_number(seen),
            OrganizationKind::Solo => self.release_number(seen).require_sole_member(seen),
        }
    }

    /// For changes that were decided by the kind and the plan of the organization.
    pub fn require_terms(self, seen: &Organization) -> Self {
        let unchanged = unchanged("plan", seen.plan.map(text)).and(is("kind", text(seen.kind)));
        let check = Write::check(keys::organization(seen.id), unchanged);
        self.with(check, Conflict::OrganizationMoved)
    }

    /// For changes that require that the organization has at most so many members.
    pub fn require_members_within(self, organization: OrganizationId, members: u32) -> Self {
        let check = Write::check(
            keys::organization(organization),
            at_most("member_count", number(members)),
        );
        self.with(check, Conflict::OrganizationMoved)
    }

    /// Takes one seat by the organization's own numbers alone. `limit` applies to an organization without a number of
    /// seats of its own.
    #[cfg(any(test, feature = "testkit"))]
    pub fn take_seat(self, organization: OrganizationId, roles: &MemberRoles, limit: u32) -> Self {
        let in_default = Condition::Present("seats").or(below("member_count", number(limit)));
        let write = count(organization, live(), &counts_of(roles)).when(in_own_seats().and(in_default));
        self.with(write, Conflict::NoSeat)
    }

    /// Takes a seat that no pending invitation has. If the organization is no longer as read, the commit loses a race,
    /// so the operation first decides by the organization whether there is a seat.
    pub fn take_unreserved_seat(self, seen: &Organization, roles: &MemberRoles, limits: &SeatLimits) -> Self {
        let seats = limits.seats(seen);
        let reserved = seen.plan.map_or(0, |_| seen.open_invitations);
        let write = count(seen.id, live(), &counts_of(roles))
            .when(seats_unchanged(seen))
            .when(below("member_count", number(seats.members.saturating_sub(reserved))))
            .when(below("member_count", number(seats.active_members)))
            .when(absent("plan").or(at_most("open_invitations", number(reserved))));
        self.with(write, Conflict::OrganizationMoved)
    }

    /// The same without having read the organization: the commit also loses a race while invitations of an organization
    /// with a plan are pending.
    pub fn take_unread_seat(self, organization: OrganizationId, roles: &MemberRoles, limits: &SeatLimits) -> Self {
        let none_reserved = absent("plan").or(is("open_invitations", number(0)));
        let write = seat(organization, &counts_of(roles), limits).when(none_reserved);
        self.with(write, Conflict::OrganizationMoved)
    }

    /// The same for an invited user, whose invitation is no longer pending.
    pub fn take_invited_seat(self, organization: OrganizationId, roles: &MemberRoles, limits: &SeatLimits) -> Self {
        let [members, owners, administrators] = counts_of(roles);
        let counts = [members, owners, administrators, ("open_invitations", -1)];
        self.with(seat(organization, &counts, limits), Conflict::NoSeat)
    }

    /// Frees a seat. The write fails for the last owner, and for the last administrator of an account.
    pub(super) fn free_seat(self, organization: OrganizationId, roles: &MemberRoles) -> Self {
        let counts = [
            ("member_count", -1),
            ("owner_count", -owners(roles)),
            ("administrator_count", -administrators(roles)),
        ];
        if administrators(roles) > 0 {
            return self.lose_rank(organization, roles, &counts);
        }
        let write = count(organization, existing(), &counts).when(above("member_count", number(1)));
        self.with(write, Conflict::OrganizationMoved)
    }

    /// Changes a member's roles. The write fails if it would remove the last owner, or the last administrator of an
    /// account.
    pub fn move_owners(self, organization: OrganizationId, before: &MemberRoles, after: &MemberRoles) -> Self {
        self.move_ranks(organization, &[(before, after)])
    }

    /// The same for several members, whose roles change in one commit.
    pub fn move_ranks(self, organization: OrganizationId, changes: &[(&MemberRoles, &MemberRoles)]) -> Self {
        let Some((before, _)) = changes.first() else {
            return self;
        };
        let sum = |of: fn(&MemberRoles) -> i8| -> i8 {
            let changes = changes.iter();
            changes.map(|(before, after)| of(after) - of(before)).sum()
        };
        let (owners, administrators) = (sum(owners), sum(administrators));
        let counts = [("owner_count", owners), ("administrator_count", administrators)];
        match owners.min(administrators) {
            0 if owners.max(administrators) == 0 => self,
            0.. => {
                let write = count(organization, existing(), &counts);
                self.with(write, Conflict::OrganizationMoved)
            }
            _ => self.lose_rank(organization, before, &counts),
        }
    }

    /// An account keeps an administrator, who need not be an owner. Every other organization keeps an owner.
    fn lose_rank(self, organization: OrganizationId, before: &MemberRoles, counts: &[(&'static str, i8)]) -> Self {
        let loses = |counted| counts.iter().any(|(name, by)| *name == counted && *by < 0);
        let mut write = count(organization, existing(), counts);
        if loses("owner_count") {
            let is_account = Condition::Present("plan").and(leads(false));
            write = write.when(above("owner_count", number(1)).or(is_account));
        }
        if loses("administrator_count") {
            write = write.when(Condition::Any(vec![
                above("administrator_count", number(1)),
                absent("plan"),
                leads(true),
            ]));
        }
        let conflict = if before.is_owner() {
            Conflict::LastOwner
        } else {
            Conflict::LastAdministrator
        };
        self.with(write, conflict)
    }

    /// Sets the number of administrators of an organization that gets its first plan. The write fails if an
    /// administrator joined or left since the organization was read.
    pub fn count_administrators(self, seen: &Organization, administrators: usize) -> Self {
        let unchanged = is("administrator_count", number(seen.administrator_count));
        let unchanged = if seen.administrator_count == 0 {
            unchanged.or(absent("administrator_count"))
        } else {
            unchanged
        };
        let write = Write::update(keys::organization(seen.id)).when(unchanged);
        let administrators = number(i64::try_from(administrators).unwrap_or(i64::MAX));
        self.with(
            write.set("administrator_count", administrators),
            Conflict::OrganizationMoved,
        )
    }

    /// For changes that require that any user may join the organization.
    pub fn require_open_join(self, organization: OrganizationId) -> Self {
        let check = Write::check(
            keys::organization(organization),
            is("open_join", AttributeValue::Bool(true)),
        );
        self.with(check, Conflict::OrganizationMoved)
    }

    /// For changes that require that the organization is suspended, or active.
    pub fn require_status(self, organization: OrganizationId, status: OrganizationStatus) -> Self {
        let check = Write::check(keys::organization(organization), is("status", text(status)));
        self.with(check, Conflict::OrganizationMoved)
    }

    /// Counts one more pending invitation, if there are fewer than `limit`.
    pub fn open_invitation(self, organization: OrganizationId, limit: u32) -> Self {
        let write =
            count(organization, live(), &[("open_invitations", 1)]).when(below("open_invitations", number(limit)));
        self.with(write, Conflict::InvitationLimit)
    }

    /// The same in an organization with a plan, whose invitation takes one of the `seats`. The write also fails if a
    /// member joined since the organization was read.
    pub fn reserve_seat(self, seen: &Organization, seats: u32, limit: u32) -> Self {
        let room = limit.min(seats.saturating_sub(seen.member_count));
        let write = count(seen.id, live(), &[("open_invitations", 1)])
            .when(below("open_invitations", number(room)))
            .when(at_most("member_count", number(seen.member_count)))
            .when(seats_unchanged(seen));
        self.with(write, Conflict::OrganizationMoved)
    }

    /// For changes that a read-only organization refuses: those of its members, invitations and settings. Its failure
    /// is the conflict [`Conflict::OrganizationReadOnly`] or [`Conflict::OrganizationGone`].
    pub fn require_writable(self, organization: OrganizationId, now: Timestamp) -> Self {
        let check = Write::check(keys::organization(organization), live()).when(before_end_of_plan(now));
        self.with(check, Conflict::OrganizationMoved)
    }

    /// For changes that require that the organization has no other member, and no other invitations than those that
    /// were read.
    pub fn require_sole_member(self, seen: &Organization) -> Self {
        let condition = is("member_count", number(1_u32)).and(is("open_invitations", number(seen.open_invitations)));
        let check = Write::check(keys::organization(seen.id), condition);
        self.with(check, Conflict::OrganizationMoved)
    }

    /// Counts `settled` fewer pending invitations.
    pub fn settle_invitations(self, organization: OrganizationId, settled: i8) -> Self {
        let write = count(organization, existing(), &[("open_invitations", -settled)])
            .when(at_least("open_invitations", number(settled)));
        self.with(write, Conflict::OrganizationMoved)
    }

    /// Counts one more team, if there are fewer than `limit`. The first team creates the count, and only these two
    /// functions use it.
    pub(super) fn add_team(self, organization: OrganizationId, limit: u32) -> Self {
        let room = absent("team_count").or(below("team_count", number(limit)));
        let write = count(organization, live(), &[("team_count", 1)]).when(room);
        self.with(write, Conflict::TeamLimit)
    }

    pub(super) fn drop_team(self, organization: OrganizationId) -> Self {
        let write = count(organization, existing(), &[("team_count", -1)]);
        self.with(write, Conflict::OrganizationMoved)
    }

    /// Marks the organization as dissolving, so that it counts as deleted for all users, and releases its slug.
    pub fn dissolve_organization(self, organization: &Organization) -> Self {
        let write = update_as_read(organization)
            .set("status", text(OrganizationStatus::Dissolving))
            .unlisted()
            .when(is("name", text(&organization.name)));
        self.fact(Fact::OrganizationDeleted {
            organization: organization.id,
        })
        .with(write, Conflict::OrganizationMoved)
        .index_organization_name(organization.id, &organization.name, "")
        .release_slug(&organization.slug, organization.id)
        .release_number(organization)
        .tally_organizations(organization.id, -1)
    }

    /// Deletes the item of an organization that was dissolved.
    pub fn forget_organization(self, id: OrganizationId) -> Self {
        self.with(Write::delete(keys::organization(id)), Conflict::OrganizationMoved)
    }

    /// Deletes the organization and releases its slug. The write fails if a user joined, or the name changed, since the
    /// organization was read.
    pub fn delete_organization(self, organization: &Organization) -> Self {
        let write = Write::delete(keys::organization(organization.id))
            .when(existing())
            .when(is("member_count", number(organization.member_count)))
            .when(is("slug", text(&organization.slug)))
            .when(is("name", text(&organization.name)));
        self.fact(Fact::OrganizationDeleted {
            organization: organization.id,
        })
        .with(write, Conflict::OrganizationMoved)
        .index_organization_name(organization.id, &organization.name, "")
        .release_slug(&organization.slug, organization.id)
        .release_number(organization)
        .tally_organizations(organization.id, -1)
    }

    fn release_number(self, organization: &Organization) -> Self {
        if organization.kind == OrganizationKind::Solo {
            return self;
        }
        let write = Write::delete(keys::organization_number(organization.number));
        self.with(write, Conflict::OrganizationMoved)
    }

    fn claim_slug(self, slug: &Slug, id: OrganizationId) -> Self {
        let record = SlugRecord {
            organization_id: Text(id),
        };
        let write = Write::create(keys::slug(slug), &record);
        // A generated slug is made of the id: it is found whole, and needs no entry.
        let write = if slug.is_generated_for(id) {
            write
        } else {
            write.listed(&keys::slug_entry(slug, id))
        };
        self.with(write, Conflict::SlugTaken)
    }

    fn release_slug(self, slug: &Slug, id: OrganizationId) -> Self {
        let write = Write::delete(keys::slug(slug)).when(is("organization_id", text(id)));
        self.with(write, Conflict::OrganizationMoved)
    }
}

fn owners(roles: &MemberRoles) -> i8 {
    i8::from(roles.is_owner())
}

fn administrators(roles: &MemberRoles) -> i8 {
    i8::from(roles.administer_account())
}

/// An update that requires the organization as read. A deleted organization is a lost race like others, hence not
/// [`live`].
fn update_as_read(seen: &Organization) -> Write {
    Write::update(keys::organization(seen.id))
        .when(is_not("status", text(OrganizationStatus::Dissolving)))
        .when(is("slug", text(&seen.slug)))
}

/// The organization is active. Its failure is the conflict [`Conflict::OrganizationGone`].
pub(super) fn live() -> Condition {
    is("status", text(OrganizationStatus::Active))
}

/// The organization is not being dissolved. Its failure is the conflict [`Conflict::OrganizationGone`].
fn existing() -> Condition {
    let statuses = EXISTING.iter().map(|status| is("status", text(status)));
    Condition::Any(statuses.collect())
}

const EXISTING: [OrganizationStatus; 4] = [
    OrganizationStatus::Active,
    OrganizationStatus::Suspended,
    OrganizationStatus::Frozen,
    OrganizationStatus::PlanExpired,
];

/// What a new member with the roles adds.
fn counts_of(roles: &MemberRoles) -> [(&'static str, i8); 3] {
    [
        ("member_count", 1),
        ("owner_count", owners(roles)),
        ("administrator_count", administrators(roles)),
    ]
}

fn seat(organization: OrganizationId, counts: &[(&'static str, i8)], limits: &SeatLimits) -> Write {
    count(organization, live(), counts).when(in_own_seats().and(in_seats_of_plan(limits)))
}

/// Fewer members than the organization's own numbers allow, if it has any.
fn in_own_seats() -> Condition {
    let below_own = |own| Condition::CompareAttributes("member_count", "<", own).or(absent(own));
    below_own("seats").and(below_own("active_seats"))
}

/// Fewer members than the organization's plan allows, whichever it has. For an organization that was not read.
fn in_seats_of_plan(limits: &SeatLimits) -> Condition {
    let in_default = Condition::Present("seats").or(below("member_count", number(limits.without_plan)));
    let mut plans = vec![absent("plan").and(in_default)];
    for (plan, kind, terms) in limits.by_plan() {
        let in_members = above_plan("seats").or(below("member_count", number(terms.max_members)));
        let mut condition = is("plan", text(plan)).and(in_members);
        if let Some(kind) = kind {
            condition = condition.and(is("kind", text(kind)));
        }
        let in_active = Condition::Any(vec![
            leads(false),
            above_plan("active_seats"),
            below("member_count", number(terms.max_active_members)),
        ]);
        condition = condition.and(in_active);
        plans.push(condition);
    }
    Condition::Any(plans)
}

/// The organization is no account and has a number of its own, which precedes that of its plan.
fn above_plan(own: &'static str) -> Condition {
    leads(true).and(Condition::Present(own))
}

/// What decides how many seats the organization has is as read.
fn seats_unchanged(seen: &Organization) -> Condition {
    unchanged("plan", seen.plan.map(text))
        .and(unchanged("seats", seen.seats.map(number)))
        .and(unchanged("active_seats", seen.active_seats.map(number)))
}

/// The plan has no end, or a later one.
fn before_end_of_plan(now: Timestamp) -> Condition {
    absent(PLAN_END).or(above(PLAN_END, millis(now)))
}

const PLAN_END: &str = "plan_expires_at";

const OWNER_LED: &str = "owner_led";

/// Whether the organization keeps an owner although it has a plan.
fn leads(owner_led: bool) -> Condition {
    let is_led = is(OWNER_LED, AttributeValue::Bool(true));
    if owner_led {
        is_led
    } else {
        absent(OWNER_LED).or(is(OWNER_LED, AttributeValue::Bool(false)))
    }
}

/// Why the write failed, if the state of the organization, whose item is as read, is the reason.
pub(super) fn refused_by_state(write: &Write, item: Option<&Item>) -> Option<Conflict> {
    let status = item.and_then(|item| item.get("status"));
    let has = |status_of: &OrganizationStatus| status == Some(&text(status_of));
    let [needs_live, needs_existing] = [live(), existing()].map(|condition| write.requires(&condition));
    if needs_live && (has(&OrganizationStatus::Frozen) || has(&OrganizationStatus::PlanExpired)) {
        return Some(Conflict::OrganizationReadOnly);
    }
    if needs_live && !has(&OrganizationStatus::Active) || needs_existing && !EXISTING.iter().any(has) {
        return Some(Conflict::OrganizationGone);
    }
    let end = item.and_then(|item| millis_of(item.get(PLAN_END)?))?;
    let is_over = write
        .conditions()
        .iter()
        .any(|condition| end_of_plan(condition).is_some_and(|now| end <= now));
    is_over.then_some(Conflict::OrganizationReadOnly)
}

/// The time of [`before_end_of_plan`], if the condition is one.
fn end_of_plan(condition: &Condition) -> Option<i64> {
    match condition {
        Condition::Any(either) => match either.as_slice() {
            [Condition::Absent(PLAN_END), Condition::Compare(PLAN_END, _, now)] => millis_of(now),
            _ => None,
        },
        _ => None,
    }
}

fn millis_of(value: &AttributeValue) -> Option<i64> {
    value.as_n().ok()?.parse().ok()
}

/// Whether the item is an account, which keeps an administrator instead of an owner.
pub(super) fn is_account(item: Option<&Item>) -> bool {
    let is_led = |item: &Item| item.get(OWNER_LED) == Some(&AttributeValue::Bool(true));
    item.is_some_and(|item| item.contains_key("plan") && !is_led(item))
}

fn count(id: OrganizationId, state: Condition, counts: &[(&'static str, i8)]) -> Write {
    let changed = counts.iter().filter(|(_, by)| *by != 0);
    changed.fold(
        Write::update(keys::organization(id)).when(state),
        |write, (name, by)| write.add(*name, *by),
    )
}

impl From<&Organization> for OrganizationRecord {
    fn from(organization: &Organization) -> Self {
        let is_listed = organization.status != OrganizationStatus::Dissolving;
        let entry = is_listed.then(|| keys::organization_entry(organization.created_at, organization.id));
        Self {
            id: Text(organization.id),
            listing: entry.as_ref().map(|entry| entry.partition.clone()),
            listing_key: entry.map(|entry| entry.sort),
            number: organization.number.0,
            name: organization.name.clone(),
            slug: Text(organization.slug.clone()),
            kind: Text(organization.kind),
            status: Text(organization.status),
            demo: organization.demo,
            logo: organization.logo.clone(),
            metadata: organization.metadata.clone(),
            description: organization.details.description.clone(),
            website: organization.details.website.clone(),
            region: organization.details.region.clone(),
            plan: organization.plan.map(Text),
            address: organization.account.address.clone(),
            billing: organization.account.billing.map(Text),
            service_types: organization.account.service_types.iter().copied().map(Text).collect(),
            sso_domain: organization.account.sso_domain.clone(),
            is_default: organization.account.is_default,
            first_administrator: organization.account.first_administrator.map(Text),
            owner_led: organization.owner_led,
            plan_expires_at: organization.plan_expires_at.map(Millis),
            subscription: organization.subscription.clone(),
            active_seats: organization.active_seats,
            open_join: organization.open_join,
            open_invite: organization.open_invite,
            seats: organization.seats,
            member_count: organization.member_count,
            owner_count: organization.owner_count,
            administrator_count: organization.administrator_count,
            open_invitations: organization.open_invitations,
            created_at: Millis(organization.created_at),
            updated_at: Some(Millis(organization.updated_at)),
        }
    }
}

impl From<OrganizationRecord> for Organization {
    fn from(record: OrganizationRecord) -> Self {
        Self {
            id: record.id.0,
            number: OrganizationNumber(record.number),
            name: record.name,
            slug: record.slug.0,
            kind: record.kind.0,
            status: record.status.0,
            demo: record.demo,
            logo: record.logo,
            metadata: record.metadata,
            details: OrganizationDetails {
                description: record.description,
                website: record.website,
                region: record.region,
            },
            plan: record.plan.map(|plan| plan.0),
            account: AccountDetails {
                address: record.address,
                billing: record.billing.map(|billing| billing.0),
                service_types: record.service_types.into_iter().map(|service| service.0).collect(),
                sso_domain: record.sso_domain,
                is_default: record.is_default,
                first_administrator: record.first_administrator.map(|id| id.0),
            },
            owner_led: record.owner_led,
            plan_expires_at: record.plan_expires_at.map(|at| at.0),
            subscription: record.subscription,
            active_seats: record.active_seats,
            open_join: record.open_join,
            open_invite: record.open_invite,
            seats: record.seats,
            member_count: record.member_count,
            owner_count: record.owner_count,
            administrator_count: record.administrator_count,
            open_invitations: record.open_invitations,
            updated_at: record.updated_at.as_ref().unwrap_or(&record.created_at).0,
            created_at: record.created_at.0,
        }
    }
}
