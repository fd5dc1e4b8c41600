//! Policy rules and their evaluation in the `platform` contract.

use std::collections::BTreeMap;

use axum::extract::FromRequestParts;
use http::request::Parts;
use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::administrator::Administrator;
use super::failure::Failure;
use crate::contract::fields::parsers::{name, optional};
use crate::contract::fields::{Fields, Problem, Read, ReadBody, request};
use crate::contract::time::{optional_time, time};
use crate::domain::listing::Page;
use crate::domain::policy::depth_of;
use crate::domain::{Conditions, Entry, OrganizationId, PolicyCheck, PolicyRule, PolicyRuleId};
use crate::http::{AppState, caller};
use crate::operations::{Denial, PolicyDecision, PolicyHealth, PolicyKeeper, SyncedPolicies, UpdatePolicy};

/// The caller of an operation that administers policy rules: a user or an administrator of the platform.
#[derive(Debug)]
pub struct PolicyBearer(pub PolicyKeeper);

impl FromRequestParts<AppState> for PolicyBearer {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &AppState) -> Result<Self, Failure> {
        let credential = caller::bearer(&parts.headers).map(str::to_owned);
        if let Some(user) = caller::authenticate(parts, app, credential.as_deref()).await? {
            return Ok(Self(PolicyKeeper::Member(Box::new(user))));
        }
        let Administrator(admin) = Administrator::from_request_parts(parts, app).await?;
        Ok(Self(PolicyKeeper::Administrator(Box::new(admin))))
    }
}

request! {
    pub struct PolicyTenantQuery {
        tenant: Option<OrganizationId> = tenant("tenant_id"),
    }

    pub struct PolicyListQuery {
        page: usize = integer("page", 1, usize::MAX),
        limit: usize = integer("limit", 1, 100),
        tenant: Option<OrganizationId> = tenant("tenant_id"),
    }

    pub struct CreatePolicyRule {
        resource: String = name("resource", 1, PolicyRule::NAME),
        action: String = name("action", 1, PolicyRule::NAME),
        conditions: Conditions = conditions("conditions"),
    }

    pub struct UpdatePolicyRule {
        resource: Option<String> = optional_name("resource"),
        action: Option<String> = optional_name("action"),
        conditions: Option<Conditions> = optional("conditions", conditions),
    }

    pub struct EvaluatePolicy {
        resource: String = name("resource", 1, PolicyRule::NAME),
        action: String = name("action", 1, PolicyRule::NAME),
        context: Map<String, Value> = context("context"),
    }

    pub struct BulkEvaluatePolicy {
        checks: Vec<PolicyCheck> = checks("checks"),
    }
}

impl PolicyListQuery {
    pub fn page(&self) -> Page {
        Page::numbered(self.page, self.limit)
    }
}

impl From<CreatePolicyRule> for PolicyRule {
    fn from(body: CreatePolicyRule) -> Self {
        Self {
            resource: body.resource,
            action: body.action,
            conditions: body.conditions,
        }
    }
}

impl From<UpdatePolicyRule> for UpdatePolicy {
    fn from(body: UpdatePolicyRule) -> Self {
        Self {
            resource: body.resource,
            action: body.action,
            conditions: body.conditions,
        }
    }
}

impl From<EvaluatePolicy> for PolicyCheck {
    fn from(body: EvaluatePolicy) -> Self {
        Self {
            resource: body.resource,
            action: body.action,
            context: body.context,
        }
    }
}

fn tenant(fields: &mut Fields<'_>, field: &str) -> Read<Option<OrganizationId>> {
    let Some(text) = fields.optional_string(field)? else {
        return Some(None);
    };
    match OrganizationId::parse(text) {
        Ok(id) => Some(Some(id)),
        Err(_) => fields.not_a(field, "UUID"),
    }
}

fn integer(fields: &mut Fields<'_>, field: &str, min: usize, max: usize) -> Read<usize> {
    let text = fields.string(field)?;
    let number = text.parse().ok().filter(|number| (min..=max).contains(number));
    number.or_else(|| fields.not_a(field, "whole number within the limits of the document"))
}

fn optional_name(fields: &mut Fields<'_>, field: &str) -> Read<Option<String>> {
    crate::contract::fields::parsers::optional_name(fields, field, 1, PolicyRule::NAME)
}

fn conditions(fields: &mut Fields<'_>, field: &str) -> Read<Conditions> {
    let Some(Value::Object(source)) = fields.value(field) else {
        return fields.not_a(field, "object");
    };
    match Conditions::parse(source.clone()) {
        Ok(conditions) => Some(conditions),
        Err(invalid) => {
            let path = [field.to_owned()].into_iter().chain(invalid.path);
            let path = path.collect::<Vec<_>>().join(".");
            fields.not_a(&path, invalid.reason)
        }
    }
}

fn context(fields: &mut Fields<'_>, field: &str) -> Read<Map<String, Value>> {
    let Some(value) = fields.present(field) else {
        return Some(Map::new());
    };
    let Value::Object(context) = value else {
        return fields.not_a(field, "object");
    };
    if depth_of(value) > PolicyCheck::MAX_DEPTH {
        return fields.not_a(field, "object of at most 16 levels");
    }
    if value.to_string().len() > PolicyCheck::MAX_CONTEXT {
        let max = PolicyCheck::MAX_CONTEXT;
        return fields.problem(field, Problem::TooLong { max });
    }
    Some(context.clone())
}

/// The problems of each check are reported with its number.
fn checks(fields: &mut Fields<'_>, field: &str) -> Read<Vec<PolicyCheck>> {
    let Some(Value::Array(values)) = fields.value(field) else {
        return fields.not_a(field, "list of checks");
    };
    if values.len() > PolicyCheck::MAX_CHECKS {
        return fields.not_a(field, "list of at most 50 checks");
    }
    let checks: Vec<_> = values
        .iter()
        .enumerate()
        .map(|(at, value)| fields.element(field, at, value, EvaluatePolicy::read))
        .collect();
    checks.into_iter().map(|check| check.map(PolicyCheck::from)).collect()
}

#[derive(Debug, Serialize)]
pub struct PolicyRuleResponse {
    id: String,
    tenant_id: String,
    resource: String,
    action: String,
    conditions: Map<String, Value>,
    #[serde(serialize_with = "time")]
    created_at: Timestamp,
    #[serde(serialize_with = "time")]
    updated_at: Timestamp,
}

impl PolicyRuleResponse {
    /// `None` for a record that belongs to no organization; rules always do.
    pub fn of(entry: &Entry<PolicyRule>) -> Option<Self> {
        let organization = entry.organization?;
        let id = PolicyRuleId {
            organization,
            record: entry.id,
        };
        Some(Self {
            id: id.to_string(),
            tenant_id: organization.to_string(),
            resource: entry.value.resource.clone(),
            action: entry.value.action.clone(),
            conditions: entry.value.conditions.source().clone(),
            created_at: entry.created_at,
            updated_at: entry.updated_at,
        })
    }
}

#[derive(Debug, Serialize)]
pub struct PolicyEvaluationResult {
    allowed: bool,
    reason: String,
    details: Value,
}

impl From<&PolicyDecision> for PolicyEvaluationResult {
    fn from(decision: &PolicyDecision) -> Self {
        match decision {
            PolicyDecision::Allowed { rule } => Self {
                allowed: true,
                reason: format!("Allowed by the policy rule {rule}"),
                details: json!({"rule_id": rule}),
            },
            PolicyDecision::Denied(denial) => Self {
                allowed: false,
                reason: match denial {
                    Denial::NoOrganization => "The session acts for no organization",
                    Denial::NoRules => "The organization has no policy rules in effect",
                    Denial::NoRuleApplies => "No policy rule in effect allows it",
                    Denial::TimedOut => "The evaluation took too long",
                }
                .to_owned(),
                details: json!({"rule_id": null}),
            },
        }
    }
}

#[derive(Debug, Serialize)]
pub struct BulkPolicyEvaluationResult {
    results: BTreeMap<String, bool>,
}

impl BulkPolicyEvaluationResult {
    /// Checks with the same key, such as those of different contexts, are allowed if all of them are.
    pub fn of(checks: &[PolicyCheck], decisions: &[PolicyDecision]) -> Self {
        let mut results = BTreeMap::new();
        for (check, decision) in checks.iter().zip(decisions) {
            let is_allowed = matches!(decision, PolicyDecision::Allowed { .. });
            let result = results
                .entry(format!("{}:{}", check.resource, check.action))
                .or_insert(true);
            *result = *result && is_allowed;
        }
        Self { results }
    }
}

#[derive(Debug, Serialize)]
pub struct PolicySyncResponse {
    message: &'static str,
    synced: u32,
    tenants: u32,
    #[serde(serialize_with = "time")]
    synced_at: Timestamp,
}

impl From<SyncedPolicies> for PolicySyncResponse {
    fn from(synced: SyncedPolicies) -> Self {
        Self {
            message: "Policies synced successfully",
            synced: synced.rules,
            tenants: synced.organizations,
            synced_at: synced.at,
        }
    }
}

#[derive(Debug, Serialize)]
pub struct PolicyHealthResponse {
    status: &'static str,
    #[serde(serialize_with = "optional_time")]
    last_synced_at: Option<Timestamp>,
    rules: u32,
}

impl From<PolicyHealth> for PolicyHealthResponse {
    fn from(health: PolicyHealth) -> Self {
        Self {
            status: if health.is_healthy { "healthy" } else { "unhealthy" },
            last_synced_at: health.last_synced_at,
            rules: health.rules,
        }
    }
}
