//! Organizations: `ORGANIZATION#id / PROFILE`, and `SLUG#slug / IDENTIFIER`, which makes the slug unique. The counts of an
//! organization are changed by conditional updates alone, in the commit of what they count. Members are in `member`.

use aws_sdk_dynamodb::types::builders::UpdateBuilder;
use aws_sdk_dynamodb::types::{AttributeValue, Delete, Update};
use serde::{Deserialize, Serialize};

use super::changes::{Changes, Conflict};
use super::item::{Millis, Record, Text, from_item, number, text};
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
    /// Absent: as many as the deployment allows.
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
    /// One that is being dissolved is gone.
    pub async fn find_organization(&self, id: OrganizationId) -> Result<Option<Organization>, StoreError> {
        let found = self.find_organization_in_any_state(id).await?;
        Ok(found.filter(|organization| organization.status == OrganizationStatus::Active))
    }

    pub async fn find_organization_in_any_state(&self, id: OrganizationId) -> Result<Option<Organization>, StoreError> {
        let item = self.table.get(&keys::organization(id)).await?;
        let record = item.map(from_item::<OrganizationRecord>).transpose()?;
        Ok(record.map(Organization::from))
    }

    /// Those that are there, in the order of `ids`. One round trip for a hundred.
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
        self.claim_slug(&organization.slug, organization.id).create(
            &keys::organization(organization.id),
            &OrganizationRecord::from(organization),
            Conflict::IdTaken,
        )
    }

    /// A new slug is claimed and the old one released; not if the slug moved since the organization was read.
    pub fn update_organization(self, seen: &Organization, patch: &OrganizationPatch) -> Self {
        let fields = [
            ("name", patch.name.as_deref()),
            ("slug", patch.slug.as_ref().map(Slug::as_str)),
            ("logo", patch.logo.as_ref().value().map(String::as_str)),
            ("metadata", patch.metadata.as_deref()),
        ];
        let mut update = live(seen.id, "#slug = :seen")
            .expression_attribute_names("#slug", "slug")
            .expression_attribute_values(":seen", text(&seen.slug));
        let mut sets = Vec::new();
        for (name, value) in fields.into_iter().filter_map(|(name, value)| Some((name, value?))) {
            sets.push(format!("#{name} = :{name}"));
            update = update
                .expression_attribute_names(format!("#{name}"), name)
                .expression_attribute_values(format!(":{name}"), text(value));
        }
        let set = if sets.is_empty() {
            String::new()
        } else {
            format!("SET {}", sets.join(", "))
        };
        let remove = if patch.logo == Patch::Clear { " REMOVE logo" } else { "" };
        let update = finished(update.update_expression(format!("{set}{remove}")));
        let changes = match &patch.slug {
            Some(slug) if *slug != seen.slug => self.claim_slug(slug, seen.id).release_slug(&seen.slug, seen.id),
            _ => self,
        };
        changes.update(update, Conflict::OrganizationMoved)
    }

    /// Takes one seat, while there is one. `limit` is for an organization that was given no number of seats.
    pub fn take_seat(self, organization: OrganizationId, roles: &MemberRoles, limit: u32) -> Self {
        self.seat(
            organization,
            &[("member_count", 1), ("owner_count", owners(roles))],
            limit,
        )
    }

    /// The same for whoever was invited: the invitation is open no more.
    pub fn take_invited_seat(self, organization: OrganizationId, roles: &MemberRoles, limit: u32) -> Self {
        let counts = [
            ("member_count", 1),
            ("owner_count", owners(roles)),
            ("open_invitations", -1),
        ];
        self.seat(organization, &counts, limit)
    }

    fn seat(self, organization: OrganizationId, counts: &[(&str, i8)], limit: u32) -> Self {
        let free = "(member_count < seats OR (attribute_not_exists(seats) AND member_count < :limit))";
        let update = live(organization, free).expression_attribute_values(":limit", number(limit));
        self.update_live(organization, counted(update, counts), Conflict::NoSeat)
    }

    /// Frees a seat, unless it is that of the last owner.
    pub(super) fn free_seat(self, organization: OrganizationId, roles: &MemberRoles) -> Self {
        if roles.is_owner() {
            self.lose_owner(organization, &[("member_count", -1), ("owner_count", -1)])
        } else {
            let update = live(organization, "member_count > :one").expression_attribute_values(":one", number(1));
            self.update_live(
                organization,
                counted(update, &[("member_count", -1)]),
                Conflict::OrganizationMoved,
            )
        }
    }

    /// A member has other roles from now on. The last owner stays one.
    pub fn move_owners(self, organization: OrganizationId, before: &MemberRoles, after: &MemberRoles) -> Self {
        match owners(after) - owners(before) {
            0 => self,
            1 => {
                let update = live(organization, "owner_count >= :one").expression_attribute_values(":one", number(1));
                self.update_live(
                    organization,
                    counted(update, &[("owner_count", 1)]),
                    Conflict::OrganizationMoved,
                )
            }
            _ => self.lose_owner(organization, &[("owner_count", -1)]),
        }
    }

    fn lose_owner(self, organization: OrganizationId, counts: &[(&str, i8)]) -> Self {
        let update = live(organization, "owner_count > :one").expression_attribute_values(":one", number(1));
        self.update_live(organization, counted(update, counts), Conflict::LastOwner)
    }

    /// One more invitation waits for an answer, if fewer than `limit` do.
    pub fn open_invitation(self, organization: OrganizationId, limit: u32) -> Self {
        let update =
            live(organization, "open_invitations < :limit").expression_attribute_values(":limit", number(limit));
        self.update_live(
            organization,
            counted(update, &[("open_invitations", 1)]),
            Conflict::InvitationLimit,
        )
    }

    /// So many invitations wait no more.
    pub fn settle_invitations(self, organization: OrganizationId, settled: i8) -> Self {
        let update = live(organization, "open_invitations >= :settled");
        let update = update.expression_attribute_values(":settled", number(settled));
        self.update_live(
            organization,
            counted(update, &[("open_invitations", -settled)]),
            Conflict::OrganizationMoved,
        )
    }

    /// One team more, if there are fewer than `limit`. The count is there from the first one on, and nothing but these two looks at it.
    pub(super) fn add_team(self, organization: OrganizationId, limit: u32) -> Self {
        let room = "(attribute_not_exists(team_count) OR team_count < :limit)";
        let update = live(organization, room).expression_attribute_values(":limit", number(limit));
        self.update_live(organization, counted(update, &[("team_count", 1)]), Conflict::TeamLimit)
    }

    pub(super) fn drop_team(self, organization: OrganizationId) -> Self {
        let update = live(organization, "attribute_exists(pk)");
        self.update_live(
            organization,
            counted(update, &[("team_count", -1)]),
            Conflict::OrganizationMoved,
        )
    }

    /// From now on it is gone for everybody; its slug is free.
    pub fn dissolve_organization(self, organization: &Organization) -> Self {
        let update = live(organization.id, "slug = :seen")
            .update_expression("SET #status = :dissolving")
            .expression_attribute_values(":seen", text(&organization.slug))
            .expression_attribute_values(":dissolving", text(OrganizationStatus::Dissolving));
        self.update(finished(update), Conflict::OrganizationMoved)
            .release_slug(&organization.slug, organization.id)
    }

    /// What is left of an organization that was dissolved.
    pub fn forget_organization(self, id: OrganizationId) -> Self {
        self.remove(&keys::organization(id), Conflict::OrganizationMoved)
    }

    /// With the slug, which becomes free; if nobody joined since the organization was read.
    pub fn delete_organization(self, organization: &Organization) -> Self {
        let profile = Delete::builder()
            .set_key(Some(keys::organization(organization.id).to_item()))
            .condition_expression("member_count = :seen AND slug = :slug")
            .expression_attribute_values(":seen", number(organization.member_count))
            .expression_attribute_values(":slug", text(&organization.slug))
            .table_name(String::new())
            .build();
        self.delete(profile.expect("key and table are set"), Conflict::OrganizationMoved)
            .release_slug(&organization.slug, organization.id)
    }

    fn claim_slug(self, slug: &Slug, id: OrganizationId) -> Self {
        let record = SlugRecord {
            organization_id: Text(id),
        };
        self.create(&keys::slug(slug), &record, Conflict::SlugTaken)
    }

    fn release_slug(self, slug: &Slug, id: OrganizationId) -> Self {
        let delete = Delete::builder()
            .set_key(Some(keys::slug(slug).to_item()))
            .condition_expression("organization_id = :id")
            .expression_attribute_values(":id", text(id))
            .table_name(String::new())
            .build();
        self.delete(delete.expect("key and table are set"), Conflict::OrganizationMoved)
    }
}

fn owners(roles: &MemberRoles) -> i8 {
    i8::from(roles.is_owner())
}

/// An update of an organization that is there and is not being dissolved.
fn live(id: OrganizationId, condition: &str) -> UpdateBuilder {
    Update::builder()
        .set_key(Some(keys::organization(id).to_item()))
        .condition_expression(format!("#status = :active AND {condition}"))
        .expression_attribute_names("#status", "status")
        .expression_attribute_values(":active", text(OrganizationStatus::Active))
}

fn counted(update: UpdateBuilder, counts: &[(&str, i8)]) -> Update {
    let moved = || counts.iter().filter(|(_, by)| *by != 0);
    let add: Vec<String> = moved().map(|(name, _)| format!("{name} :{name}")).collect();
    let values = moved().map(|(name, by)| (format!(":{name}"), number(*by)));
    let update = values.fold(update, |update, (name, by): (String, AttributeValue)| {
        update.expression_attribute_values(name, by)
    });
    finished(update.update_expression(format!("ADD {}", add.join(", "))))
}

fn finished(update: UpdateBuilder) -> Update {
    let update = update.table_name(String::new()).build();
    update.expect("key, expression and table are set")
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
