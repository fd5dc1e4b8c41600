//! Organizations in the responses to administrators of the `platform` contract, and the requests that list and change
//! them. Fields without a value are omitted.

use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;

use super::organization::OrganizationFacts;
use super::paging::{PageQuery, page};
use crate::contract::fields::parsers::{optional_among, optional_flag, optional_name, optional_text};
use crate::contract::fields::{Fields, Problem, Read, request};
use crate::domain::listing::Listed;
use crate::domain::number::whole_number;
use crate::domain::{OrganizationKind, OrganizationStatus, Patch, Plan, Search, User};
use crate::operations::{PlatformOrganization, UpdatePlatformOrganization};

/// The longest text of a search.
const SEARCH: usize = 254;
/// The longest description of a subscription, in bytes.
const SUBSCRIPTION: usize = 10_000;

const STATUSES: &str = "status: PLAN_ACTIVE, PLAN_EXPIRED, SUSPENDED or FREEZE";

request! {
    pub struct AdminOrganizationQuery {
        page: PageQuery = page(),
        search: Option<Search> = search(),
    }

    /// Absent fields keep their values. `null` removes the end of the plan and the subscription.
    pub struct AdminUpdateOrganization {
        name: Option<String> = optional_name("name", 2, 100),
        region: Option<String> = optional_text("region", 2, 32),
        org_type: Option<OrganizationKind> = optional_among("orgType", "organization type: SOLO or BUSINESS", OrganizationKind::parse),
        plan: Option<Plan> = optional_among("plan", "plan of the document", Plan::parse),
        status: Option<OrganizationStatus> = optional_among("status", STATUSES, status),
        plan_expires_at: Patch<Timestamp> = plan_expires_at(),
        open_join: Option<bool> = optional_flag("openJoin"),
        open_invite: Option<bool> = optional_flag("openInvite"),
        max_members: Option<u32> = seats("maxMembers"),
        max_active_members: Option<u32> = seats("maxActiveMembers"),
        subscription: Patch<String> = subscription(),
    }
}

/// An organization in the words of administrators.
#[derive(Debug, Serialize)]
pub struct AdminOrganization {
    #[serde(flatten)]
    facts: OrganizationFacts,
    members: Vec<AdminOrganizationMember>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct AdminOrganizationMember {
    id: String,
    email: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    first_name: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    last_name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    avatar: Option<String>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AdminOrganizationList {
    organizations: Vec<AdminOrganization>,
    total: usize,
    page: usize,
    total_pages: usize,
}

impl AdminOrganization {
    pub fn of(shown: &PlatformOrganization) -> Self {
        Self {
            facts: OrganizationFacts::of(&shown.organization, shown.seats),
            members: shown.members.iter().map(AdminOrganizationMember::from).collect(),
        }
    }
}

impl AdminOrganizationList {
    pub fn of(listed: &Listed<PlatformOrganization>, query: &AdminOrganizationQuery) -> Self {
        let organizations = listed.records.iter();
        Self {
            organizations: organizations.map(AdminOrganization::of).collect(),
            total: listed.total,
            page: query.page.page,
            total_pages: query.page.page().count(listed.total),
        }
    }
}

impl From<&User> for AdminOrganizationMember {
    fn from(user: &User) -> Self {
        Self {
            id: user.id.to_string(),
            email: user.email.to_string(),
            first_name: user.name.first().to_owned(),
            last_name: user.name.last().to_owned(),
            avatar: user.image.clone(),
        }
    }
}

impl From<AdminUpdateOrganization> for UpdatePlatformOrganization {
    fn from(body: AdminUpdateOrganization) -> Self {
        Self {
            name: body.name,
            region: body.region,
            kind: body.org_type,
            plan: body.plan,
            status: body.status,
            plan_expires_at: body.plan_expires_at,
            open_join: body.open_join,
            open_invite: body.open_invite,
            seats: body.max_members,
            active_seats: body.max_active_members,
            subscription: body.subscription,
        }
    }
}

/// A blank text searches for nothing.
pub(super) fn search(fields: &mut Fields<'_>) -> Read<Option<Search>> {
    let text = optional_text::<String>(fields, "search", 0, SEARCH)?;
    Some(text.as_deref().and_then(Search::parse))
}

fn status(name: &str) -> Option<OrganizationStatus> {
    match name {
        "PLAN_ACTIVE" => Some(OrganizationStatus::Active),
        "PLAN_EXPIRED" => Some(OrganizationStatus::PlanExpired),
        "SUSPENDED" => Some(OrganizationStatus::Suspended),
        "FREEZE" => Some(OrganizationStatus::Frozen),
        _ => None,
    }
}

/// Times before 1970 have no form that all clients read.
fn plan_expires_at(fields: &mut Fields<'_>) -> Read<Patch<Timestamp>> {
    match fields.value("planExpiresAt") {
        None => Some(Patch::Keep),
        Some(Value::Null) => Some(Patch::Clear),
        Some(value) => {
            let at = value.as_str().and_then(|text| text.parse::<Timestamp>().ok());
            match at.filter(|at| at.as_millisecond() >= 0) {
                Some(at) => Some(Patch::Set(at)),
                None => fields.not_a("planExpiresAt", "time in RFC 3339 format from 1970 to 9999-12-30"),
            }
        }
    }
}

fn seats(fields: &mut Fields<'_>, name: &str) -> Read<Option<u32>> {
    let Some(value) = fields.value(name) else {
        return Some(None);
    };
    let seats = whole_number(value).and_then(|seats| u32::try_from(seats).ok());
    match seats.filter(|seats| *seats > 0) {
        Some(seats) => Some(Some(seats)),
        None => fields.not_a(name, "whole number from 1"),
    }
}

fn subscription(fields: &mut Fields<'_>) -> Read<Patch<String>> {
    match fields.value("subscription") {
        None => Some(Patch::Keep),
        Some(Value::Null) => Some(Patch::Clear),
        Some(object @ Value::Object(_)) => {
            let text = object.to_string();
            if text.len() > SUBSCRIPTION {
                return fields.problem("subscription", Problem::TooLong { max: SUBSCRIPTION });
            }
            Some(Patch::Set(text))
        }
        Some(_) => fields.not_a("subscription", "object"),
    }
}
