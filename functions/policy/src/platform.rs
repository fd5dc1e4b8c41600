//! The `platform` contract.

use axum::extract::{Path, State};
use axum::routing::{get, post, put};
use axum::{Json, Router};
use http::StatusCode;
use shared::contract::platform::{
    Bearer, Body, BulkEvaluatePolicy, BulkPolicyEvaluationResult, CreatePolicyRule, EvaluatePolicy, Failure, Message,
    PolicyBearer, PolicyEvaluationResult, PolicyHealthResponse, PolicyListQuery, PolicyRuleResponse,
    PolicySyncResponse, PolicyTenantQuery, Query, UpdatePolicyRule,
};
use shared::domain::{Entry, PolicyRule, PolicyRuleId};
use shared::http::{AppState, Meta};
use shared::operations::CatalogueError;

pub fn routes(router: Router<AppState>) -> Router<AppState> {
    router
        .route("/v1/policies", get(list_policies).post(create_policy))
        .route("/v1/policies/evaluate", post(evaluate_policy))
        .route("/v1/policies/evaluate/bulk", post(evaluate_policies))
        .route("/v1/policies/sync", post(sync_policies))
        .route("/v1/policies/health", get(check_health))
        .route("/v1/policies/{id}", put(update_policy).delete(delete_policy))
}

async fn list_policies(
    State(app): State<AppState>,
    meta: Meta,
    PolicyBearer(keeper): PolicyBearer,
    Query(query): Query<PolicyListQuery>,
) -> Result<Json<Vec<PolicyRuleResponse>>, Failure> {
    let page = query.page();
    let rules = app.core.list_policies(&keeper, query.tenant, page, meta.now).await?;
    Ok(Json(rules.iter().filter_map(PolicyRuleResponse::of).collect()))
}

async fn create_policy(
    State(app): State<AppState>,
    meta: Meta,
    PolicyBearer(keeper): PolicyBearer,
    Query(query): Query<PolicyTenantQuery>,
    Body(body): Body<CreatePolicyRule>,
) -> Result<(StatusCode, Json<PolicyRuleResponse>), Failure> {
    let created = app
        .core
        .create_policy(&keeper, query.tenant, body.into(), meta.now)
        .await?;
    Ok((StatusCode::CREATED, shown(&created)?))
}

async fn update_policy(
    State(app): State<AppState>,
    meta: Meta,
    PolicyBearer(keeper): PolicyBearer,
    Path(id): Path<String>,
    Body(body): Body<UpdatePolicyRule>,
) -> Result<Json<PolicyRuleResponse>, Failure> {
    let id = rule_id(&id)?;
    let updated = app.core.update_policy(&keeper, id, body.into(), meta.now).await?;
    shown(&updated)
}

async fn delete_policy(
    State(app): State<AppState>,
    meta: Meta,
    PolicyBearer(keeper): PolicyBearer,
    Path(id): Path<String>,
) -> Result<Json<Message>, Failure> {
    app.core.delete_policy(&keeper, rule_id(&id)?, meta.now).await?;
    Ok(Json(Message::new("Policy rule deleted successfully")))
}

async fn evaluate_policy(
    State(app): State<AppState>,
    meta: Meta,
    Bearer(caller): Bearer,
    Body(body): Body<EvaluatePolicy>,
) -> Result<Json<PolicyEvaluationResult>, Failure> {
    let decisions = app.core.evaluate_policies(&caller, &[body.into()], meta.now).await?;
    let decision = decisions
        .first()
        .ok_or_else(|| Failure::bad_request("Nothing to check"))?;
    Ok(Json(decision.into()))
}

async fn evaluate_policies(
    State(app): State<AppState>,
    meta: Meta,
    Bearer(caller): Bearer,
    Body(body): Body<BulkEvaluatePolicy>,
) -> Result<Json<BulkPolicyEvaluationResult>, Failure> {
    let decisions = app.core.evaluate_policies(&caller, &body.checks, meta.now).await?;
    Ok(Json(BulkPolicyEvaluationResult::of(&body.checks, &decisions)))
}

async fn sync_policies(
    State(app): State<AppState>,
    meta: Meta,
    PolicyBearer(keeper): PolicyBearer,
    Query(query): Query<PolicyTenantQuery>,
) -> Result<Json<PolicySyncResponse>, Failure> {
    let synced = app.core.sync_policies(&keeper, query.tenant, meta.now).await?;
    Ok(Json(synced.into()))
}

async fn check_health(
    State(app): State<AppState>,
    meta: Meta,
    PolicyBearer(keeper): PolicyBearer,
) -> Result<Json<PolicyHealthResponse>, Failure> {
    Ok(Json(app.core.check_policy_health(&keeper, meta.now).await?.into()))
}

/// Another text is the id of no rule.
fn rule_id(text: &str) -> Result<PolicyRuleId, Failure> {
    PolicyRuleId::parse(text).ok_or_else(|| CatalogueError::NotFound("Policy rule").into())
}

fn shown(entry: &Entry<PolicyRule>) -> Result<Json<PolicyRuleResponse>, Failure> {
    let response = PolicyRuleResponse::of(entry);
    response
        .map(Json)
        .ok_or_else(|| CatalogueError::NotFound("Policy rule").into())
}
