//! The `platform` contract: the app roles that organizations may give to their members.

use axum::extract::{Path, State};
use axum::routing::get;
use axum::{Json, Router};
use shared::contract::platform::{AvailableAppRoles, Bearer, Failure, PageQuery, PaginatedAvailableAppRoles, Query};
use shared::http::{AppState, Meta};

pub fn routes(router: Router<AppState>) -> Router<AppState> {
    router
        .route("/v1/app-roles/available", get(list_available))
        .route("/v1/app-roles/available/{appName}", get(get_available))
        .route("/v1/app-roles/apps", get(list_apps))
}

async fn list_available(
    State(app): State<AppState>,
    meta: Meta,
    Bearer(caller): Bearer,
    Query(query): Query<PageQuery>,
) -> Result<Json<PaginatedAvailableAppRoles>, Failure> {
    let matrices = app.core.list_app_roles(&caller, meta.now).await?;
    Ok(Json(PaginatedAvailableAppRoles::of(matrices, &query)))
}

async fn get_available(
    State(app): State<AppState>,
    meta: Meta,
    Bearer(caller): Bearer,
    Path(name): Path<String>,
) -> Result<Json<AvailableAppRoles>, Failure> {
    let found = app.core.find_app_roles(&caller, &name, meta.now).await?;
    let matrix = found.ok_or_else(|| Failure::not_found("App role matrix not found or inactive"))?;
    Ok(Json(matrix.into()))
}

async fn list_apps(
    State(app): State<AppState>,
    meta: Meta,
    Bearer(caller): Bearer,
) -> Result<Json<Vec<String>>, Failure> {
    let matrices = app.core.list_app_roles(&caller, meta.now).await?;
    Ok(Json(matrices.into_iter().map(|matrix| matrix.name).collect()))
}
