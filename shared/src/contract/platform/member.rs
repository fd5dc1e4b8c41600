//! Members of an organization, and requests on them, in the `platform` contract.

use jiff::Timestamp;
use serde::Serialize;

use super::Failure;
use super::admin_user::status_name;
use super::organization::role;
use crate::contract::fields::{Fields, Read, request};
use crate::contract::located::{id_within, part_of};
use crate::contract::time::time;
use crate::domain::{Membership, OrganizationId, OrganizationRole, User, UserId};

/// Roles of one member in applications.
const APP_ROLES: usize = 50;

#[derive(Debug, Serialize)]
pub struct Member {
    pub id: String,
    pub role: &'static str,
    pub status: &'static str,
    pub app_roles: Vec<String>,
    #[serde(rename = "joinedAt", serialize_with = "time")]
    pub joined_at: Timestamp,
    pub user: MemberUser,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct MemberUser {
    pub id: String,
    pub email: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub avatar: Option<String>,
}

request! {
    pub struct MemberRoleRequest {
        role: OrganizationRole = member_role("role"),
    }

    pub struct MemberAppRolesRequest {
        app_roles: Vec<String> = app_roles("app_roles"),
    }

    pub struct TransferOwnershipRequest {
        new_owner_id: String = "newOwnerId",
    }
}

impl Member {
    pub fn of(user: &User, membership: &Membership) -> Self {
        Self {
            id: id_within(membership.organization_id, user.id.to_bytes()),
            role: role(membership.roles.standing()),
            // The status of a member is that of the user.
            status: status_name(&user.status),
            app_roles: membership.app_roles.clone(),
            joined_at: membership.joined_at,
            user: user.into(),
        }
    }
}

impl From<&User> for MemberUser {
    fn from(user: &User) -> Self {
        let named = |name: &str| (!name.is_empty()).then(|| name.to_owned());
        Self {
            id: user.id.to_string(),
            email: user.email.to_string(),
            first_name: named(user.name.first()),
            last_name: named(user.name.last()),
            avatar: user.image.clone(),
        }
    }
}

/// The user of a membership that a path names. An id of another form is not that of a member.
pub fn user_of_member(organization: OrganizationId, member: &str) -> Result<UserId, Failure> {
    let user = part_of(organization, member).map(UserId::from_bytes);
    user.ok_or_else(|| Failure::not_found("Member not found"))
}

pub(super) fn member_role(fields: &mut Fields<'_>, name: &str) -> Read<OrganizationRole> {
    match fields.string(name)? {
        "OWNER" => Some(OrganizationRole::Owner),
        "ADMIN" => Some(OrganizationRole::Admin),
        "MEMBER" => Some(OrganizationRole::Member),
        _ => fields.not_a(name, "role: OWNER, ADMIN or MEMBER"),
    }
}

fn app_roles(fields: &mut Fields<'_>, name: &str) -> Read<Vec<String>> {
    let list = fields.value(name).and_then(serde_json::Value::as_array);
    let roles: Option<Vec<String>> = list.and_then(|list| {
        let roles = list.iter().map(|role| Some(role.as_str()?.to_owned()));
        roles.collect()
    });
    match roles.filter(|roles| roles.len() <= APP_ROLES) {
        Some(mut roles) => {
            let mut seen = std::collections::HashSet::new();
            roles.retain(|role| seen.insert(role.clone()));
            Some(roles)
        }
        None => fields.not_a(name, "list of at most 50 names of roles"),
    }
}
