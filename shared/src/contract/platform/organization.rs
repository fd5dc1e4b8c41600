//! Organizations and memberships, as the `platform` contract shows them to a member.

use jiff::Timestamp;
use serde::Serialize;

use crate::contract::time::time;
use crate::domain::{
    Membership as CoreMembership, Organization as CoreOrganization, OrganizationId, OrganizationRole,
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
            id: membership_id(organization.id, user),
            tenant_id: organization.id.to_string(),
            role: role(membership.roles.standing()),
            // Whoever is not active in an organization is no member.
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
            plan: organization.plan().as_str(),
            status: match organization.status {
                OrganizationStatus::Active => "PLAN_ACTIVE",
                OrganizationStatus::Dissolving => "FREEZE",
            },
        }
    }
}

/// The organization's 32 hexadecimal digits, then the user's: a membership is found by both, and nothing else is stored of it.
fn membership_id(organization: OrganizationId, user: UserId) -> String {
    let digits = |bytes| format!("{:032x}", u128::from_be_bytes(bytes));
    digits(organization.to_bytes()) + &digits(user.to_bytes())
}

fn role(role: OrganizationRole) -> &'static str {
    match role {
        OrganizationRole::Owner => "OWNER",
        OrganizationRole::Admin => "ADMIN",
        OrganizationRole::Member => "MEMBER",
    }
}
