//! Organizations and memberships in the responses of the `platform` contract to a member, and the creation of an
//! organization.

use jiff::Timestamp;
use serde::Serialize;

use crate::contract::fields::parsers::{name, optional_text, text, web_address};
use crate::contract::fields::{Fields, Read, request};
use crate::contract::located::id_within;
use crate::contract::time::time;
use crate::domain::{
    Membership as CoreMembership, Organization as CoreOrganization, OrganizationDetails, OrganizationKind,
    OrganizationRole, OrganizationStatus, Plan, Slug, UserId,
};
use crate::operations::CreateOrganization;

#[derive(Debug, Serialize)]
pub struct Organization {
    pub tenant_id: String,
    pub name: String,
    pub slug: String,
    pub org_type: &'static str,
    pub plan: &'static str,
    pub status: &'static str,
}

/// An organization on its own, which the document writes in camel case.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct OrganizationResponse {
    pub tenant_id: String,
    pub name: String,
    pub slug: String,
    pub description: Option<String>,
    pub website: Option<String>,
    pub logo: Option<String>,
    pub region: String,
    pub org_type: &'static str,
    pub plan: &'static str,
    pub status: &'static str,
    pub open_join: bool,
    pub open_invite: bool,
    pub max_members: u32,
    pub max_active_members: u32,
    pub member_count: u32,
    #[serde(serialize_with = "time")]
    pub created_at: Timestamp,
}

request! {
    pub struct CreateOrganizationRequest {
        name: String = name("name", 2, 100),
        slug: Slug = slug("slug"),
        region: String = text("region", 2, 32),
        description: Option<String> = optional_text("description", 0, 500),
        website: Option<String> = web_address("website"),
        logo: Option<String> = web_address("logo"),
    }
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
            // A membership has no id in storage: the organization and the user identify it.
            id: id_within(organization.id, user.to_bytes()),
            tenant_id: organization.id.to_string(),
            role: role(membership.roles.standing()),
            // Only active users are members of an organization.
            status: "ACTIVE",
            app_roles: membership.app_roles.clone(),
            organization: organization.into(),
            created_at: membership.joined_at,
            updated_at: membership.updated_at(),
        }
    }
}

impl OrganizationResponse {
    /// `member_limit` applies to an organization without a number of seats of its own.
    pub fn of(organization: &CoreOrganization, member_limit: u32) -> Self {
        let Organization {
            tenant_id,
            name,
            slug,
            org_type,
            plan,
            status,
        } = organization.into();
        let details = &organization.details;
        let max_members = organization.seats.unwrap_or(member_limit);
        Self {
            tenant_id,
            name,
            slug,
            description: details.description.clone(),
            website: details.website.clone(),
            logo: organization.logo.clone(),
            region: details.region.clone().unwrap_or_default(),
            org_type,
            plan,
            status,
            // Users join by invitation only, and only the roles permit inviting.
            open_join: false,
            open_invite: false,
            max_members,
            // Every member is active.
            max_active_members: max_members,
            member_count: organization.member_count,
            created_at: organization.created_at,
        }
    }
}

impl From<CreateOrganizationRequest> for CreateOrganization {
    fn from(body: CreateOrganizationRequest) -> Self {
        Self {
            name: body.name,
            slug: body.slug,
            logo: body.logo,
            metadata: None,
            details: OrganizationDetails {
                description: body.description,
                website: body.website,
                region: Some(body.region),
            },
            seats: None,
        }
    }
}

fn slug(fields: &mut Fields<'_>, field: &str) -> Read<Slug> {
    let text = fields.text(field, 2, 50)?;
    match Slug::parse(text) {
        Ok(slug) => Some(slug),
        Err(_) => fields.not_a(
            field,
            "slug of lower-case letters, digits and single hyphens, underscores or dots",
        ),
    }
}

impl From<&CoreOrganization> for Organization {
    fn from(organization: &CoreOrganization) -> Self {
        Self {
            tenant_id: organization.id.to_string(),
            name: organization.name.clone(),
            slug: organization.slug.to_string(),
            org_type: organization.kind.as_str(),
            plan: plan(organization).as_str(),
            status: match organization.status {
                OrganizationStatus::Active => "PLAN_ACTIVE",
                OrganizationStatus::Suspended => "SUSPENDED",
                OrganizationStatus::Dissolving => "FREEZE",
            },
        }
    }
}

/// The plan of the organization, or else the one with which an organization of its kind begins.
fn plan(organization: &CoreOrganization) -> Plan {
    organization.plan.unwrap_or(match organization.kind {
        OrganizationKind::Solo => Plan::SoloFree,
        OrganizationKind::Business => Plan::TeamStarter,
    })
}

pub(super) fn role(role: OrganizationRole) -> &'static str {
    match role {
        OrganizationRole::Owner => "OWNER",
        OrganizationRole::Admin => "ADMIN",
        OrganizationRole::Member => "MEMBER",
    }
}
