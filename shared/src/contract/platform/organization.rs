//! Organizations and memberships, as the `platform` contract shows them to a member.

use jiff::Timestamp;
use serde::Serialize;

use crate::contract::located::id_within;
use crate::contract::time::time;
use crate::domain::{
    Membership as CoreMembership, Organization as CoreOrganization, OrganizationKind, OrganizationRole,
    OrganizationStatus, UserId,
};

#[derive(Debug, Serialize)]
pub struct Organization {
    pub tenant_id: String,
    pub name: String,
    pub slug: String,
    pub org_type: &'static str,
    pub plan: &'static str,
    pub status: &'static str,
}

#[derive(Debug, Serialize)]
pub struct Membership {
    pub id: String,
    pub tenant_id: String,
    pub role: &'static str,
    pub status: &'static str,
    pub app_roles: Vec<String>,
    pub organization: Organization,
    #[serde(serialize_with = "time")]
    pub created_at: Timestamp,
    #[serde(serialize_with = "time")]
    pub updated_at: Timestamp,
}

impl Membership {
    pub fn of(user: UserId, membership: &CoreMembership, organization: &CoreOrganization) -> Self {
        Self {
            // A membership is found by both, and nothing else is stored of it.
            id: id_within(organization.id, user.to_bytes()),
            tenant_id: organization.id.to_string(),
            role: role(membership.roles.standing()),
            // A user who is not active in an organization is no member.
            status: "ACTIVE",
            app_roles: membership.app_roles.clone(),
            organization: organization.into(),
            created_at: membership.joined_at,
            updated_at: membership.updated_at(),
        }
    }
}

impl From<&CoreOrganization> for Organization {
    fn from(organization: &CoreOrganization) -> Self {
        Self {
            tenant_id: organization.id.to_string(),
            name: organization.name.clone(),
            slug: organization.slug.to_string(),
            org_type: organization.kind.as_str(),
            plan: plan(organization.kind),
            status: match organization.status {
                OrganizationStatus::Active => "PLAN_ACTIVE",
                OrganizationStatus::Dissolving => "FREEZE",
            },
        }
    }
}

/// The one that organizations of a kind begin with: nothing changes it yet.
fn plan(kind: OrganizationKind) -> &'static str {
    match kind {
        OrganizationKind::Solo => "SOLO_FREE",
        OrganizationKind::Business => "TEAM_STARTER",
    }
}

fn role(role: OrganizationRole) -> &'static str {
    match role {
        OrganizationRole::Owner => "OWNER",
        OrganizationRole::Admin => "ADMIN",
        OrganizationRole::Member => "MEMBER",
    }
}
