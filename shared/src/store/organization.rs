//! Organizations: `ORGANIZATION#id / PROFILE`, and `SLUG#slug / IDENTIFIER`, which makes the slug unique. Only
//! conditional updates change the counts of an organization, in the commit of what they count. Members are in `member`.

use serde::{Deserialize, Serialize};

use super::changes::{Changes, Conflict};
use super::condition::{Condition, above, absent, at_least, below, is, is_not};
use super::item::{Item, Millis, Record, Text, from_item, number, text};
use super::write::Write;
use super::{Store, StoreError, keys};
use crate::domain::{
    MemberRoles, Organization, OrganizationDetails, OrganizationId, OrganizationKind, OrganizationNumber,
    OrganizationPatch, OrganizationStatus, Patch, Slug,
};

#[derive(Debug, Serialize, Deserialize)]
struct OrganizationRecord {
    id: Text<OrganizationId>,
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
    /// If absent, the deployment's limit applies.
    #[serde(skip_serializing_if = "Option::is_none")]
    seats: Option<u32>,
    member_count: u32,
    owner_count: u32,
    open_invitations: u32,
    created_at: Millis,
}

#[derive(Debug, Serialize, Deserialize)]
struct SlugRecord {
    organization_id: Text<OrganizationId>,
}

impl Record for OrganizationRecord {
    const KIND: &'static str = "organization";
}

impl Record for SlugRecord {
    const KIND: &'static str = "slug";
}

impl Store {
    /// An organization that is being dissolved counts as deleted.
    pub async fn find_organization(&self, id: OrganizationId) -> Result<Option<Organization>, StoreError> {
        let found = self.find_organization_in_any_state(id).await?;
        Ok(found.filter(|organization| organization.status == OrganizationStatus::Active))
    }

    pub async fn find_organization_in_any_state(&self, id: OrganizationId) -> Result<Option<Organization>, StoreError> {
        let item = self.table.get(&keys::organization(id)).await?;
        let record = item.map(from_item::<OrganizationRecord>).transpose()?;
        Ok(record.map(Organization::from))
    }

    /// The existing organizations, in the order of `ids`. One round trip reads a hundred.
    pub async fn find_organizations(&self, ids: &[OrganizationId]) -> Result<Vec<Organization>, StoreError> {
        let keys: Vec<_> = ids.iter().map(|id| keys::organization(*id)).collect();
        let mut found = Vec::with_capacity(ids.len());
        for item in self.table.get_many(&keys).await?.into_iter().flatten() {
            let organization = Organization::from(from_item::<OrganizationRecord>(item)?);
            if organization.status == OrganizationStatus::Active {
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
}

impl Changes {
    pub fn create_organization(self, organization: &Organization) -> Self {
        let write = Write::create(
            keys::organization(organization.id),
            &OrganizationRecord::from(organization),
        );
        self.claim_slug(&organization.slug, organization.id)
            .with(write, Conflict::IdTaken)
    }

    /// Claims the new slug and releases the old one. The write fails if the slug was changed since the organization was
    /// read.
    pub fn update_organization(self, seen: &Organization, patch: &OrganizationPatch) -> Self {
        let fields = [
            ("name", patch.name.as_deref()),
            ("slug", patch.slug.as_ref().map(Slug::as_str)),
            ("logo", patch.logo.as_ref().value().map(String::as_str)),
            ("metadata", patch.metadata.as_deref()),
        ];
        let mut write = update_as_read(seen);
        for (name, value) in fields.into_iter().filter_map(|(name, value)| Some((name, value?))) {
            write = write.set(name, text(value));
        }
        if patch.logo == Patch::Clear {
            write = write.remove("logo");
        }
        let changes = match &patch.slug {
            Some(slug) if *slug != seen.slug => self.claim_slug(slug, seen.id).release_slug(&seen.slug, seen.id),
            _ => self,
        };
        changes.with(write, Conflict::OrganizationMoved)
    }

    /// Takes one seat, if one is free. `limit` applies to an organization without a number of seats of its own.
    pub fn take_seat(self, organization: OrganizationId, roles: &MemberRoles, limit: u32) -> Self {
        self.seat(
            organization,
            &[("member_count", 1), ("owner_count", owners(roles))],
            limit,
        )
    }

    /// The same for an invited user, whose invitation is no longer pending.
    pub fn take_invited_seat(self, organization: OrganizationId, roles: &MemberRoles, limit: u32) -> Self {
        let counts = [
            ("member_count", 1),
            ("owner_count", owners(roles)),
            ("open_invitations", -1),
        ];
        self.seat(organization, &counts, limit)
    }

    fn seat(self, organization: OrganizationId, counts: &[(&'static str, i8)], limit: u32) -> Self {
        let in_default = absent("seats").and(below("member_count", number(limit)));
        let free = Condition::CompareAttributes("member_count", "<", "seats").or(in_default);
        self.with(count(organization, counts).when(free), Conflict::NoSeat)
    }

    /// Frees a seat. The write fails for the last owner.
    pub(super) fn free_seat(self, organization: OrganizationId, roles: &MemberRoles) -> Self {
        if roles.is_owner() {
            self.lose_owner(organization, &[("member_count", -1), ("owner_count", -1)])
        } else {
            let write = count(organization, &[("member_count", -1)]).when(above("member_count", number(1)));
            self.with(write, Conflict::OrganizationMoved)
        }
    }

    /// Changes a member's roles. The write fails if it would remove the last owner.
    pub fn move_owners(self, organization: OrganizationId, before: &MemberRoles, after: &MemberRoles) -> Self {
        match owners(after) - owners(before) {
            0 => self,
            1 => {
                let write = count(organization, &[("owner_count", 1)]).when(at_least("owner_count", number(1)));
                self.with(write, Conflict::OrganizationMoved)
            }
            _ => self.lose_owner(organization, &[("owner_count", -1)]),
        }
    }

    fn lose_owner(self, organization: OrganizationId, counts: &[(&'static str, i8)]) -> Self {
        let write = count(organization, counts).when(above("owner_count", number(1)));
        self.with(write, Conflict::LastOwner)
    }

    /// Counts one more pending invitation, if there are fewer than `limit`.
    pub fn open_invitation(self, organization: OrganizationId, limit: u32) -> Self {
        let write = count(organization, &[("open_invitations", 1)]).when(below("open_invitations", number(limit)));
        self.with(write, Conflict::InvitationLimit)
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
        let write =
            count(organization, &[("open_invitations", -settled)]).when(at_least("open_invitations", number(settled)));
        self.with(write, Conflict::OrganizationMoved)
    }

    /// Counts one more team, if there are fewer than `limit`. The first team creates the count, and only these two
    /// functions use it.
    pub(super) fn add_team(self, organization: OrganizationId, limit: u32) -> Self {
        let room = absent("team_count").or(below("team_count", number(limit)));
        let write = count(organization, &[("team_count", 1)]).when(room);
        self.with(write, Conflict::TeamLimit)
    }

    pub(super) fn drop_team(self, organization: OrganizationId) -> Self {
        let write = count(organization, &[("team_count", -1)]);
        self.with(write, Conflict::OrganizationMoved)
    }

    /// Marks the organization as dissolving, so that it counts as deleted for all users, and releases its slug.
    pub fn dissolve_organization(self, organization: &Organization) -> Self {
        let write = update_as_read(organization).set("status", text(OrganizationStatus::Dissolving));
        self.with(write, Conflict::OrganizationMoved)
            .release_slug(&organization.slug, organization.id)
    }

    /// Deletes the item of an organization that was dissolved.
    pub fn forget_organization(self, id: OrganizationId) -> Self {
        self.with(Write::delete(keys::organization(id)), Conflict::OrganizationMoved)
    }

    /// Deletes the organization and releases its slug. The write fails if a user joined since the organization was
    /// read.
    pub fn delete_organization(self, organization: &Organization) -> Self {
        let write = Write::delete(keys::organization(organization.id))
            .when(is("member_count", number(organization.member_count)))
            .when(is("slug", text(&organization.slug)));
        self.with(write, Conflict::OrganizationMoved)
            .release_slug(&organization.slug, organization.id)
    }

    fn claim_slug(self, slug: &Slug, id: OrganizationId) -> Self {
        let record = SlugRecord {
            organization_id: Text(id),
        };
        self.with(Write::create(keys::slug(slug), &record), Conflict::SlugTaken)
    }

    fn release_slug(self, slug: &Slug, id: OrganizationId) -> Self {
        let write = Write::delete(keys::slug(slug)).when(is("organization_id", text(id)));
        self.with(write, Conflict::OrganizationMoved)
    }
}

fn owners(roles: &MemberRoles) -> i8 {
    i8::from(roles.is_owner())
}

/// An update that requires the organization as read. A deleted organization is a lost race like others, hence not
/// [`live`].
fn update_as_read(seen: &Organization) -> Write {
    Write::update(keys::organization(seen.id))
        .when(is_not("status", text(OrganizationStatus::Dissolving)))
        .when(is("slug", text(&seen.slug)))
}

/// The organization exists and is not being dissolved. Its failure is the conflict [`Conflict::OrganizationGone`].
pub(super) fn live() -> Condition {
    is("status", text(OrganizationStatus::Active))
}

pub(super) fn is_live(item: &Item) -> bool {
    item.get("status") == Some(&text(OrganizationStatus::Active))
}

fn count(id: OrganizationId, counts: &[(&'static str, i8)]) -> Write {
    let changed = counts.iter().filter(|(_, by)| *by != 0);
    changed.fold(
        Write::update(keys::organization(id)).when(live()),
        |write, (name, by)| write.add(name, *by),
    )
}

impl From<&Organization> for OrganizationRecord {
    fn from(organization: &Organization) -> Self {
        Self {
            id: Text(organization.id),
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
            seats: organization.seats,
            member_count: organization.member_count,
            owner_count: organization.owner_count,
            open_invitations: organization.open_invitations,
            created_at: Millis(organization.created_at),
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
            seats: record.seats,
            member_count: record.member_count,
            owner_count: record.owner_count,
            open_invitations: record.open_invitations,
            created_at: record.created_at.0,
        }
    }
}
