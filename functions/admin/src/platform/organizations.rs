//! Administrators list, show and change organizations.

use axum::extract::{Path, State};
use axum::routing::get;
use axum::{Json, Router};
use shared::contract::platform::{
    AdminOrganization, AdminOrganizationList, AdminOrganizationQuery, AdminUpdateOrganization, Administrator, Body,
    Failure, Query,
};
use shared::domain::OrganizationId;
use shared::http::{AppState, Meta};

pub fn routes(router: Router<AppState>) -> Router<AppState> {
    router
        .route("/v1/admin/organizations", get(list))
        .route("/v1/admin/organizations/{id}", get(show).put(update))
}

async fn list(
    State(app): State<AppState>,
    meta: Meta,
    Administrator(caller): Administrator,
    Query(query): Query<AdminOrganizationQuery>,
) -> Result<Json<AdminOrganizationList>, Failure> {
    let (search, page) = (query.search.as_ref(), query.page.page());
    let listed = app
        .core
        .list_platform_organizations(&caller, search, page, meta.now)
        .await?;
    Ok(Json(AdminOrganizationList::of(&listed, &query)))
}

async fn show(
    State(app): State<AppState>,
    meta: Meta,
    Administrator(caller): Administrator,
    Path(id): Path<String>,
) -> Result<Json<AdminOrganization>, Failure> {
    let id = organization_id(&id)?;
    let shown = app.core.show_platform_organization(&caller, id, meta.now).await?;
    Ok(Json(AdminOrganization::of(&shown)))
}

async fn update(
    State(app): State<AppState>,
    meta: Meta,
    Administrator(caller): Administrator,
    Path(id): Path<String>,
    Body(body): Body<AdminUpdateOrganization>,
) -> Result<Json<AdminOrganization>, Failure> {
    let id = organization_id(&id)?;
    let updated = app
        .core
        .update_platform_organization(&caller, id, &body.into(), meta.now)
        .await?;
    Ok(Json(AdminOrganization::of(&updated)))
}

/// What is no id is the id of no organization.
fn organization_id(text: &str) -> Result<OrganizationId, Failure> {
    OrganizationId::parse(text).map_err(|_| Failure::organization_not_found())
}
