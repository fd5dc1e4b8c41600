//! Organizations and their members: `ORGANIZATION#id / PROFILE`, `ORGANIZATION#id / MEMBER#user`, `SLUG#slug / IDENTIFIER`.
//! A membership stands on the user too, written in the same commit.

use aws_sdk_dynamodb::types::{ConditionCheck, Delete, Update};
use serde::{Deserialize, Serialize};

use super::changes::{Changes, Conflict};
use super::item::{Millis, Record, Text, from_item, number, text};
use super::user::MembershipRecord;
use super::{Store, StoreError, keys};
use crate::domain::{
    Membership, Organization, OrganizationId, OrganizationKind, OrganizationNumber, OrganizationRole, Slug, User,
    UserId,
};

#[derive(Debug, Serialize, Deserialize)]
struct OrganizationRecord {
    id: Text<OrganizationId>,
    number: u64,
    name: String,
    slug: Text<Slug>,
    kind: Text<OrganizationKind>,
    demo: bool,
    /// Absent: any number.
    #[serde(skip_serializing_if = "Option::is_none")]
    seats: Option<u32>,
    member_count: u32,
    created_at: Millis,
}

#[derive(Debug, Serialize, Deserialize)]
struct MemberRecord {
    user_id: Text<UserId>,
    #[serde(flatten)]
    membership: MembershipRecord,
}

#[derive(Debug, Serialize, Deserialize)]
struct SlugRecord {
    organization_id: Text<OrganizationId>,
}

impl Record for OrganizationRecord {
    const KIND: &'static str = "organization";
}

impl Record for MemberRecord {
    const KIND: &'static str = "member";
}

impl Record for SlugRecord {
    const KIND: &'static str = "slug";
}

impl Store {
    pub async fn find_organization(&self, id: OrganizationId) -> Result<Option<Organization>, StoreError> {
        let item = self.table.get(&keys::organization(id)).await?;
        Ok(item
            .map(from_item::<OrganizationRecord>)
            .transpose()?
            .map(Organization::from))
    }
}

impl Store {
    pub async fn list_members(&self, id: OrganizationId) -> Result<Vec<(UserId, Membership)>, StoreError> {
        let items = self
            .table
            .query(&keys::organization(id).partition, keys::MEMBER_PREFIX)
            .await?;
        let member = |item| {
            let MemberRecord { user_id, membership } = from_item(item)?;
            Ok((user_id.0, Membership::from(membership)))
        };
        items.into_iter().map(member).collect()
    }
}

impl Changes {
    pub fn create_organization(self, organization: &Organization) -> Self {
        let slug = SlugRecord {
            organization_id: Text(organization.id),
        };
        self.create(&keys::slug(&organization.slug), &slug, Conflict::SlugTaken)
            .create(
                &keys::organization(organization.id),
                &OrganizationRecord::from(organization),
                Conflict::IdTaken,
            )
    }

    /// The organization's half of a membership. The user's half is in [`User::memberships`].
    pub fn create_member(self, user: &User, membership: &Membership) -> Self {
        let record = MemberRecord {
            user_id: Text(user.id),
            membership: MembershipRecord::from(membership),
        };
        self.create(
            &keys::member(membership.organization_id, user.id),
            &record,
            Conflict::AlreadyMember,
        )
    }

    /// Takes one seat, while there is one.
    pub fn take_seat(self, organization: OrganizationId) -> Self {
        let update = Update::builder()
            .set_key(Some(keys::organization(organization).to_item()))
            .update_expression("SET member_count = member_count + :one")
            .condition_expression("attribute_exists(pk) AND (attribute_not_exists(seats) OR member_count < seats)")
            .expression_attribute_values(":one", number(1))
            .table_name(String::new())
            .build();
        self.update(update.expect("key, expression and table are set"), Conflict::NoSeat)
    }

    /// Takes the user off the organization's list and frees the seat.
    pub fn delete_member(self, organization: OrganizationId, user: UserId) -> Self {
        let delete = Delete::builder()
            .set_key(Some(keys::member(organization, user).to_item()))
            .condition_expression("attribute_exists(pk)")
            .table_name(String::new())
            .build();
        let update = Update::builder()
            .set_key(Some(keys::organization(organization).to_item()))
            .update_expression("SET member_count = member_count - :one")
            .condition_expression("member_count >= :one")
            .expression_attribute_values(":one", number(1))
            .table_name(String::new())
            .build();
        self.delete(delete.expect("key and table are set"), Conflict::UserMoved)
            .update(update.expect("key, expression and table are set"), Conflict::UserMoved)
    }

    /// With the slug, which becomes free; if nobody joined since the organization was read.
    pub fn delete_organization(self, organization: &Organization) -> Self {
        let profile = Delete::builder()
            .set_key(Some(keys::organization(organization.id).to_item()))
            .condition_expression("member_count = :seen")
            .expression_attribute_values(":seen", number(organization.member_count))
            .table_name(String::new())
            .build();
        let slug = Delete::builder()
            .set_key(Some(keys::slug(&organization.slug).to_item()))
            .table_name(String::new())
            .build();
        self.delete(profile.expect("key and table are set"), Conflict::UserMoved)
            .delete(slug.expect("key and table are set"), Conflict::UserMoved)
    }

    /// For changes that hold only while the user is an owner.
    pub fn expect_owner(self, organization: OrganizationId, user: UserId) -> Self {
        let check = ConditionCheck::builder()
            .set_key(Some(keys::member(organization, user).to_item()))
            .condition_expression("#role = :owner")
            .expression_attribute_names("#role", "role")
            .expression_attribute_values(":owner", text(OrganizationRole::Owner))
            .table_name(String::new())
            .build();
        self.check(check.expect("key, condition and table are set"), Conflict::UserMoved)
    }

    /// The organization's half of a membership alone, for an organization that goes with it.
    pub fn drop_member(self, organization: OrganizationId, user: UserId) -> Self {
        self.remove(&keys::member(organization, user), Conflict::UserMoved)
    }
}

impl From<&Organization> for OrganizationRecord {
    fn from(organization: &Organization) -> Self {
        Self {
            id: Text(organization.id),
            number: organization.number.0,
            name: organization.name.clone(),
            slug: Text(organization.slug.clone()),
            kind: Text(organization.kind),
            demo: organization.demo,
            seats: organization.seats,
            member_count: organization.member_count,
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
            demo: record.demo,
            seats: record.seats,
            member_count: record.member_count,
            created_at: record.created_at.0,
        }
    }
}
