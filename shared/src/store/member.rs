//! Members of an organization: `ORGANIZATION#id / MEMBER#user`. A membership is in the user's item too, where every
//! session check reads it; both halves are written in one commit, under the version of the user.

use aws_sdk_dynamodb::types::AttributeValue;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::changes::{Changes, Conflict};
use super::condition::is;
use super::item::{Millis, Record, Text, from_item, parse, text};
use super::user::UserRecord;
use super::write::Write;
use super::{Store, StoreError, keys};
use crate::domain::{
    AccountRole, MemberRoles, Membership, OrganizationId, OrganizationNumber, RoleName, SessionId, TeamId,
    TeamMembership, User, UserId,
};

/// The attributes of a member's item, and an element of a list in the user's.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct MembershipRecord {
    organization_id: Text<OrganizationId>,
    organization_number: u64,
    roles: Roles,
    app_roles: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    teams: Vec<TeamMembershipRecord>,
    joined_at: Millis,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    inactive_roles: Vec<Text<RoleName>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    active_role: Option<Text<AccountRole>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    program_id: Option<u64>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    suspended: bool,
    /// Absent for most members, who have the roles with which they joined.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    changed_at: Option<Millis>,
}

/// A list, so that a condition can distinguish a role from another one whose name contains it.
#[derive(Debug)]
pub(super) struct Roles(pub MemberRoles);

#[derive(Debug, Serialize, Deserialize)]
struct TeamMembershipRecord {
    team_id: Text<TeamId>,
    joined_at: Millis,
}

#[derive(Debug, Serialize, Deserialize)]
struct MemberRecord {
    user_id: Text<UserId>,
    #[serde(flatten)]
    membership: MembershipRecord,
}

impl Record for MemberRecord {
    const KIND: &'static str = "member";
}

impl Store {
    /// The members in the order of their users' ids, which begin with a time.
    pub async fn list_members(&self, id: OrganizationId) -> Result<Vec<(UserId, Membership)>, StoreError> {
        self.first_members(id, usize::MAX).await
    }

    /// The first `count` members.
    pub async fn first_members(
        &self,
        id: OrganizationId,
        count: usize,
    ) -> Result<Vec<(UserId, Membership)>, StoreError> {
        let partition = keys::organization(id).partition;
        let items = self.table.query_some(&partition, keys::MEMBER_PREFIX, count).await?;
        let member = |item| {
            let MemberRecord { user_id, membership } = from_item(item)?;
            Ok((user_id.0, membership.into()))
        };
        items.into_iter().map(member).collect()
    }
}

impl Store {
    pub async fn find_member(
        &self,
        organization: OrganizationId,
        user: UserId,
    ) -> Result<Option<Membership>, StoreError> {
        let item = self.table.get(&keys::member(organization, user)).await?;
        let record = item.map(from_item::<MemberRecord>).transpose()?;
        Ok(record.map(|record| record.membership.into()))
    }

    /// The members in the order of `ids`. One round trip reads a hundred.
    pub async fn find_users(&self, ids: &[UserId]) -> Result<Vec<Option<User>>, StoreError> {
        let keys: Vec<_> = ids.iter().map(|id| keys::user(*id)).collect();
        let items = self.table.get_many(&keys).await?.into_iter();
        items.map(|item| Ok(parse::<UserRecord, _>(item)?)).collect()
    }
}

impl Changes {
    /// The organization's half of a membership. The user's half is in [`User::memberships`].
    pub fn create_member(self, user: &User, membership: &Membership) -> Self {
        let key = keys::member(membership.organization_id, user.id);
        let write = Write::create(key, &MemberRecord::of(user.id, membership));
        self.with(write, Conflict::AlreadyMember)
    }

    /// The same for an existing member. The user's half must be in the same commit.
    pub fn update_member(self, user: &User, membership: &Membership) -> Self {
        let key = keys::member(membership.organization_id, user.id);
        let write = Write::put(key, &MemberRecord::of(user.id, membership)).when_exists();
        self.with(write, Conflict::UserMoved)
    }

    /// Both halves of an existing membership.
    pub fn change_membership(self, seen: &User, membership: &Membership) -> Self {
        let mut user = seen.clone();
        for stale in &mut user.memberships {
            if stale.organization_id == membership.organization_id {
                stale.clone_from(membership);
            }
        }
        self.update_user(&user).update_member(&user, membership)
    }

    /// Deletes the member and frees the seat. The write fails for the last owner, and for the last administrator of an
    /// account.
    pub fn delete_member(self, user: UserId, membership: &Membership) -> Self {
        let write = Write::delete(keys::member(membership.organization_id, user)).when_exists();
        self.with(write, Conflict::UserMoved)
            .free_seat(membership.organization_id, &membership.roles)
    }

    /// The organization's half of a membership alone, for an organization that is deleted with it.
    pub fn drop_member(self, organization: OrganizationId, user: UserId) -> Self {
        self.with(Write::delete(keys::member(organization, user)), Conflict::UserMoved)
    }

    /// For changes that require the member's roles to be unchanged.
    pub fn require_member(self, user: UserId, membership: &Membership) -> Self {
        let roles = membership.roles.names().iter().map(text).collect();
        let key = keys::member(membership.organization_id, user);
        let check = Write::check(key, is("roles", AttributeValue::L(roles)));
        self.with(check, Conflict::UserMoved)
    }

    /// Sets the session's active organization, or none, and clears its active team. The other attributes of the session
    /// do not change.
    pub fn activate_organization(self, user: UserId, session: SessionId, organization: Option<OrganizationId>) -> Self {
        let organization = organization.map_or(AttributeValue::Null(true), text);
        let write = Write::update(keys::session(user, session))
            .set("active_organization", organization)
            .remove("active_team")
            .when_exists();
        self.with(write, Conflict::SessionGone)
    }

    /// Sets the session's active team within its organization, or none.
    pub fn activate_team(self, user: UserId, session: SessionId, team: Option<TeamId>) -> Self {
        let write = Write::update(keys::session(user, session)).when_exists();
        let write = match team {
            Some(team) => write.set("active_team", text(team)),
            None => write.remove("active_team"),
        };
        self.with(write, Conflict::SessionGone)
    }
}

impl MemberRecord {
    fn of(user: UserId, membership: &Membership) -> Self {
        Self {
            user_id: Text(user),
            membership: MembershipRecord::from(membership),
        }
    }
}

impl From<&Membership> for MembershipRecord {
    fn from(membership: &Membership) -> Self {
        let team = |team: &TeamMembership| TeamMembershipRecord {
            team_id: Text(team.team_id),
            joined_at: Millis(team.joined_at),
        };
        Self {
            organization_id: Text(membership.organization_id),
            organization_number: membership.organization_number.0,
            roles: Roles(membership.roles.clone()),
            app_roles: membership.app_roles.clone(),
            teams: membership.teams.iter().map(team).collect(),
            joined_at: Millis(membership.joined_at),
            inactive_roles: membership.inactive_roles.iter().cloned().map(Text).collect(),
            active_role: membership.active_role.map(Text),
            program_id: membership.program_id,
            suspended: membership.suspended,
            changed_at: membership.changed_at.map(Millis),
        }
    }
}

impl From<MembershipRecord> for Membership {
    fn from(record: MembershipRecord) -> Self {
        let team = |team: TeamMembershipRecord| TeamMembership {
            team_id: team.team_id.0,
            joined_at: team.joined_at.0,
        };
        Self {
            organization_id: record.organization_id.0,
            organization_number: OrganizationNumber(record.organization_number),
            roles: record.roles.0,
            app_roles: record.app_roles,
            teams: record.teams.into_iter().map(team).collect(),
            joined_at: record.joined_at.0,
            inactive_roles: record.inactive_roles.into_iter().map(|role| role.0).collect(),
            active_role: record.active_role.map(|role| role.0),
            program_id: record.program_id,
            suspended: record.suspended,
            changed_at: record.changed_at.map(|at| at.0),
        }
    }
}

impl Serialize for Roles {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.names().iter().map(RoleName::as_str))
    }
}

impl<'de> Deserialize<'de> for Roles {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let names = Vec::<Text<RoleName>>::deserialize(deserializer)?;
        MemberRoles::of(names.into_iter().map(|name| name.0))
            .map(Self)
            .ok_or_else(|| D::Error::custom("not the roles of a member"))
    }
}
