//! Organizations and memberships in the responses of the `platform` contract to a member, and the creation of an
//! organization.

use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;

use super::{Failure, Tokens};
use crate::contract::fields::parsers::{name, optional_name, optional_text, text, web_address};
use crate::contract::fields::{Fields, Read, request};
use crate::contract::located::id_within;
use crate::contract::time::{optional_time, time};
use crate::domain::{
    Membership as CoreMembership, Organization as CoreOrganization, OrganizationDetails, OrganizationId,
    OrganizationPatch, OrganizationRole, OrganizationStatus, Patch, Plan, Seats, Slug, UserId,
};
use crate::operations::{Caller, CreateOrganization};

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
pub struct OrganizationResponse {
    #[serde(flatten)]
    pub facts: OrganizationFacts,
    pub description: Option<String>,
    pub website: Option<String>,
    pub logo: Option<String>,
}

/// What members and administrators see of an organization on its own.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct OrganizationFacts {
    pub tenant_id: String,
    pub name: String,
    pub slug: String,
    pub region: String,
    pub org_type: &'static str,
    pub plan: &'static str,
    pub status: &'static str,
    pub open_join: bool,
    pub open_invite: bool,
    pub max_members: u32,
    pub max_active_members: u32,
    pub member_count: u32,
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "optional_time")]
    pub plan_expires_at: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subscription: Option<Value>,
    #[serde(serialize_with = "time")]
    pub created_at: Timestamp,
    #[serde(serialize_with = "time")]
    pub updated_at: Timestamp,
}

request! {
    /// Absent fields keep their values. An empty description, website or logo is removed.
    pub struct UpdateOrganizationRequest {
        name: Option<String> = optional_name("name", 2, 100),
        slug: Slug = slug("slug"),
        description: Patch<String> = cleared("description", description),
        website: Patch<String> = cleared("website", web_address),
        logo: Patch<String> = cleared("logo", web_address),
        open_join: Option<bool> = flag("openJoin"),
        open_invite: Option<bool> = flag("openInvite"),
    }

    pub struct CreateOrganizationRequest {
        name: String = name("name", 2, 100),
        slug: Slug = slug("slug"),
        region: String = text("region", 2, 32),
        description: Option<String> = optional_text("description", 0, 500),
        website: Option<String> = web_address("website"),
        logo: Option<String> = web_address("logo"),
    }
}

request! {
    pub struct SwitchOrganizationRequest {
        tenant_id: String = "tenant_id",
    }
}

/// Without tokens if the organization was the current one already.
#[derive(Debug, Serialize)]
pub struct SwitchedOrganization {
    pub status: &'static str,
    pub message: &'static str,
    #[serde(flatten)]
    pub tokens: Option<Tokens>,
    pub tenant_id: String,
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
    pub fn of(organization: &CoreOrganization, seats: Seats) -> Self {
        let details = &organization.details;
        Self {
            facts: OrganizationFacts::of(organization, seats),
            description: details.description.clone(),
            website: details.website.clone(),
            logo: organization.logo.clone(),
        }
    }
}

impl OrganizationFacts {
    pub fn of(organization: &CoreOrganization, seats: Seats) -> Self {
        let Organization {
            tenant_id,
            name,
            slug,
            org_type,
            plan,
            status,
        } = organization.into();
        let subscription = organization.subscription.as_deref();
        Self {
            tenant_id,
            name,
            slug,
            region: organization.details.region.clone().unwrap_or_default(),
            org_type,
            plan,
            status,
            open_join: organization.open_join,
            open_invite: organization.open_invite,
            max_members: seats.members,
            max_active_members: seats.active_members,
            member_count: organization.member_count,
            plan_expires_at: organization.plan_expires_at,
            subscription: subscription.and_then(|text| serde_json::from_str(text).ok()),
            created_at: organization.created_at,
            updated_at: organization.updated_at,
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

impl From<UpdateOrganizationRequest> for OrganizationPatch {
    fn from(body: UpdateOrganizationRequest) -> Self {
        Self {
            name: body.name,
            slug: Some(body.slug),
            logo: body.logo,
            description: body.description,
            website: body.website,
            open_join: body.open_join,
            open_invite: body.open_invite,
            ..Self::default()
        }
    }
}

/// The organization of a path. An id that is no id, and one of an organization that is not the caller's, are answered
/// alike, to prevent enumeration.
pub fn organization_of(caller: &Caller, id: &str) -> Result<OrganizationId, Failure> {
    let id = OrganizationId::parse(id).ok();
    let membership = id.and_then(|id| caller.user.membership_in_any_state(id));
    match membership {
        Some(membership) if membership.suspended => Err(Failure::suspended()),
        Some(membership) => Ok(membership.organization_id),
        None => Err(Failure::organization_not_found()),
    }
}

/// A field whose empty text removes the value.
fn cleared(
    fields: &mut Fields<'_>,
    field: &str,
    read: fn(&mut Fields<'_>, &str) -> Read<Option<String>>,
) -> Read<Patch<String>> {
    if fields.value(field).is_some_and(|value| value == "") {
        return Some(Patch::Clear);
    }
    Some(read(fields, field)?.map_or(Patch::Keep, Patch::Set))
}

fn description(fields: &mut Fields<'_>, field: &str) -> Read<Option<String>> {
    optional_text(fields, field, 0, 500)
}

fn flag(fields: &mut Fields<'_>, field: &str) -> Read<Option<bool>> {
    match fields.value(field) {
        None => Some(None),
        Some(Value::Bool(flag)) => Some(Some(*flag)),
        Some(_) => fields.not_a(field, "boolean"),
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
                OrganizationStatus::Frozen | OrganizationStatus::Dissolving => "FREEZE",
                OrganizationStatus::PlanExpired => "PLAN_EXPIRED",
            },
        }
    }
}

/// The plan of the organization, or else the one with which an organization of its kind begins.
pub(super) fn plan(organization: &CoreOrganization) -> Plan {
    organization.plan.unwrap_or_else(|| Plan::of_kind(organization.kind))
}

pub(super) fn role(role: OrganizationRole) -> &'static str {
    match role {
        OrganizationRole::Owner => "OWNER",
        OrganizationRole::Admin => "ADMIN",
        OrganizationRole::Member => "MEMBER",
    }
}
