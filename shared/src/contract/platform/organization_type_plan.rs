//! Organization-type plans in the `platform` contract.

use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Map, Value};

use super::paging::{PageQuery, Paginated, page};
use super::records::{AdministeredRecord, WrittenRecord};
use crate::contract::fields::parsers::{flag, optional, optional_flag};
use crate::contract::fields::{Fields, Problem, Read, request};
use crate::contract::time::time;
use crate::domain::listing::Listed;
use crate::domain::number::whole_number;
use crate::domain::policy::depth_of;
use crate::domain::text::UnknownName;
use crate::domain::{Entry, OrganizationKind, OrganizationTypePlan, Plan, PlanTerms};

/// The kind of records.
#[derive(Debug)]
pub struct OrganizationTypePlans;

request! {
    /// The document requires the numbers and gives them defaults: one that is absent has its default.
    pub struct CreateOrganizationTypePlan {
        kind: OrganizationKind = named("org_type", KINDS),
        plan: Plan = named("plan", PLANS),
        can_create_business_org: bool = flag("can_create_business_org", PlanTerms::default().can_create_business_org),
        features: Option<Map<String, Value>> = features("features"),
        max_business_orgs: Option<u32> = whole("max_business_orgs_per_user", 0),
        max_active_business_orgs: Option<u32> = whole("max_active_business_orgs_per_user", 0),
        max_members: Option<u32> = whole("max_members", 1),
        max_active_members: Option<u32> = whole("max_active_members", 1),
    }

    pub struct UpdateOrganizationTypePlan {
        kind: Option<OrganizationKind> = optional_named("org_type", KINDS),
        plan: Option<Plan> = optional_named("plan", PLANS),
        can_create_business_org: Option<bool> = optional_flag("can_create_business_org"),
        features: Option<Map<String, Value>> = features("features"),
        max_business_orgs: Option<u32> = whole("max_business_orgs_per_user", 0),
        max_active_business_orgs: Option<u32> = whole("max_active_business_orgs_per_user", 0),
        max_members: Option<u32> = whole("max_members", 1),
        max_active_members: Option<u32> = whole("max_active_members", 1),
    }

    pub struct OrganizationTypePlanQuery {
        page: PageQuery = page(),
        kind: Option<OrganizationKind> = optional_named("orgType", KINDS),
        plan: Option<Plan> = optional_named("plan", PLANS),
    }
}

const KINDS: &str = "SOLO or BUSINESS";
const PLANS: &str = "plan: SOLO_FREE, SOLO_TRIAL, SOLO_MONTHLY, SOLO_ANNUAL, TEAM_FREE, TEAM_STARTER, TEAM_GROWTH or \
                     ENTERPRISE";
const MAX_DEPTH: usize = 16;

impl AdministeredRecord for OrganizationTypePlans {
    type Value = OrganizationTypePlan;
    type Query = OrganizationTypePlanQuery;
    type Response = OrganizationTypePlanResponse;
    type List = Paginated<OrganizationTypePlanResponse>;

    const DELETED: &'static str = "Organization type plan deleted successfully";
    const NAME_TAKEN: &'static str = "Organization type plan with same org_type and plan already exists";

    fn page(query: &OrganizationTypePlanQuery) -> &PageQuery {
        &query.page
    }

    fn matches(query: &OrganizationTypePlanQuery, value: &OrganizationTypePlan) -> bool {
        query.kind.is_none_or(|kind| kind == value.kind) && query.plan.is_none_or(|plan| plan == value.plan)
    }

    fn list(listed: Listed<Entry<OrganizationTypePlan>>, query: &OrganizationTypePlanQuery) -> Self::List {
        Paginated::of(listed, &query.page, OrganizationTypePlanResponse::from)
    }
}

impl WrittenRecord for OrganizationTypePlans {
    type Create = CreateOrganizationTypePlan;
    type Update = UpdateOrganizationTypePlan;

    fn update(value: &mut OrganizationTypePlan, update: &UpdateOrganizationTypePlan) {
        value.kind = update.kind.unwrap_or(value.kind);
        value.plan = update.plan.unwrap_or(value.plan);
        if let Some(features) = &update.features {
            value.features = Some(features.clone());
        }
        let terms = &mut value.terms;
        let changes = [
            (&mut terms.max_business_orgs, update.max_business_orgs),
            (&mut terms.max_active_business_orgs, update.max_active_business_orgs),
            (&mut terms.max_members, update.max_members),
            (&mut terms.max_active_members, update.max_active_members),
        ];
        for (number, new) in changes {
            *number = new.unwrap_or(*number);
        }
        if let Some(may) = update.can_create_business_org {
            terms.can_create_business_org = may;
        }
    }
}

impl From<CreateOrganizationTypePlan> for OrganizationTypePlan {
    fn from(body: CreateOrganizationTypePlan) -> Self {
        let default = PlanTerms::default();
        Self {
            kind: body.kind,
            plan: body.plan,
            terms: PlanTerms {
                can_create_business_org: body.can_create_business_org,
                max_business_orgs: body.max_business_orgs.unwrap_or(default.max_business_orgs),
                max_active_business_orgs: body
                    .max_active_business_orgs
                    .unwrap_or(default.max_active_business_orgs),
                max_members: body.max_members.unwrap_or(default.max_members),
                max_active_members: body.max_active_members.unwrap_or(default.max_active_members),
            },
            features: body.features,
            created_by: None,
            updated_by: None,
        }
    }
}

fn named<T: std::str::FromStr<Err = UnknownName>>(
    fields: &mut Fields<'_>,
    field: &str,
    expected: &'static str,
) -> Read<T> {
    let named = fields.string(field)?.parse().ok();
    named.or_else(|| fields.not_a(field, expected))
}

/// `null` is an error.
fn optional_named<T: std::str::FromStr<Err = UnknownName>>(
    fields: &mut Fields<'_>,
    field: &str,
    expected: &'static str,
) -> Read<Option<T>> {
    optional(fields, field, |fields, field| named(fields, field, expected))
}

/// A whole number from `min`, unless the field is absent.
fn whole(fields: &mut Fields<'_>, field: &str, min: u32) -> Read<Option<u32>> {
    let Some(value) = fields.value(field) else {
        return Some(None);
    };
    let number = whole_number(value).and_then(|number| u32::try_from(number).ok());
    match number.filter(|number| *number >= min) {
        Some(number) => Some(Some(number)),
        None if min == 0 => fields.not_a(field, "whole number from 0 to 4294967295"),
        None => fields.not_a(field, "whole number from 1 to 4294967295"),
    }
}

fn features(fields: &mut Fields<'_>, field: &str) -> Read<Option<Map<String, Value>>> {
    let Some(value) = fields.value(field) else {
        return Some(None);
    };
    let Value::Object(features) = value else {
        return fields.not_a(field, "object");
    };
    let max = OrganizationTypePlan::FEATURES;
    if value.to_string().len() > max {
        return fields.problem(field, Problem::TooLong { max });
    }
    if depth_of(value) > MAX_DEPTH {
        return fields.not_a(field, "object of at most 16 levels");
    }
    Some(Some(features.clone()))
}

#[derive(Debug, Serialize)]
pub struct OrganizationTypePlanResponse {
    id: String,
    org_type: &'static str,
    plan: &'static str,
    can_create_business_org: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    features: Option<Map<String, Value>>,
    max_business_orgs_per_user: u32,
    max_active_business_orgs_per_user: u32,
    max_members: u32,
    max_active_members: u32,
    #[serde(serialize_with = "time")]
    created_at: Timestamp,
    #[serde(serialize_with = "time")]
    updated_at: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    created_by: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    updated_by: Option<String>,
}

impl From<Entry<OrganizationTypePlan>> for OrganizationTypePlanResponse {
    fn from(entry: Entry<OrganizationTypePlan>) -> Self {
        let record = entry.value;
        let terms = record.terms;
        Self {
            id: entry.id.to_string(),
            org_type: record.kind.as_str(),
            plan: record.plan.as_str(),
            can_create_business_org: terms.can_create_business_org,
            features: record.features,
            max_business_orgs_per_user: terms.max_business_orgs,
            max_active_business_orgs_per_user: terms.max_active_business_orgs,
            max_members: terms.max_members,
            max_active_members: terms.max_active_members,
            created_at: entry.created_at,
            updated_at: entry.updated_at,
            created_by: record.created_by,
            updated_by: record.updated_by,
        }
    }
}
