//! The records of the service. Every kind of them has the same operations.

use axum::extract::{Path, State};
use axum::routing::{get, patch};
use axum::{Json, Router};
use http::StatusCode;
use shared::contract::platform::{
    AdministeredRecord, Administrator, AppRoleMatrices, AppRoleMatrixResponse, Body, EmailTemplates, Failure, Message,
    OrganizationTypePlans, Query, SocialProviderRecords, Toggled, WrittenRecord,
};
use shared::domain::{AppRoleMatrix, Catalogued, RecordId};
use shared::http::{AppState, Meta};
use shared::operations::CatalogueError;

use super::social_providers;

pub fn routes(router: Router<AppState>) -> Router<AppState> {
    let router = records::<OrganizationTypePlans>(router, "/v1/admin/organization-type-plans");
    let router = records::<AppRoleMatrices>(router, "/v1/admin/app-role-matrix");
    records::<EmailTemplates>(router, "/v1/admin/email-templates")
        .route("/v1/admin/app-role-matrix/by-name/{name}", get(get_matrix_by_name))
        .route(
            "/v1/admin/app-role-matrix/{id}/toggle-active",
            patch(toggle::<AppRoleMatrices>),
        )
        .route("/v1/admin/email-templates/{id}/toggle", patch(toggle::<EmailTemplates>))
        .route(
            "/v1/admin/social-providers",
            get(list::<SocialProviderRecords>).post(social_providers::create),
        )
        .route(
            "/v1/admin/social-providers/{id}",
            get(get_one::<SocialProviderRecords>)
                .put(social_providers::update)
                .delete(delete::<SocialProviderRecords>),
        )
        .route(
            "/v1/admin/social-providers/{id}/toggle",
            patch(toggle::<SocialProviderRecords>),
        )
}

fn records<K: WrittenRecord>(router: Router<AppState>, path: &str) -> Router<AppState> {
    router.route(path, get(list::<K>).post(create::<K>)).route(
        &format!("{path}/{{id}}"),
        get(get_one::<K>).put(update::<K>).delete(delete::<K>),
    )
}

async fn list<K: AdministeredRecord>(
    State(app): State<AppState>,
    meta: Meta,
    Administrator(admin): Administrator,
    Query(query): Query<K::Query>,
) -> Result<Json<K::List>, Failure> {
    let (filter, page) = (|value: &K::Value| K::matches(&query, value), K::page(&query).page());
    let listed = app
        .core
        .list_records::<K::Value>(&admin, filter, page, meta.now)
        .await?;
    Ok(Json(K::list(listed, &query)))
}

async fn create<K: WrittenRecord>(
    State(app): State<AppState>,
    meta: Meta,
    Administrator(admin): Administrator,
    Body(body): Body<K::Create>,
) -> Result<(StatusCode, Json<K::Response>), Failure> {
    let value: K::Value = body.into();
    let created = app.core.create_service_record(&admin, value, meta.now).await;
    let created = created.map_err(K::failure)?;
    Ok((StatusCode::CREATED, Json(created.into())))
}

async fn get_one<K: AdministeredRecord>(
    State(app): State<AppState>,
    Administrator(admin): Administrator,
    Path(id): Path<String>,
) -> Result<Json<K::Response>, Failure> {
    let id = record_id::<K::Value>(&id)?;
    let found = app.core.get_record::<K::Value>(&admin, id).await?;
    Ok(Json(found.into()))
}

async fn update<K: WrittenRecord>(
    State(app): State<AppState>,
    meta: Meta,
    Administrator(admin): Administrator,
    Path(id): Path<String>,
    Body(body): Body<K::Update>,
) -> Result<Json<K::Response>, Failure> {
    let id = record_id::<K::Value>(&id)?;
    let change = |value: &mut K::Value| K::update(value, &body);
    let changed = app.core.change_service_record(&admin, id, change, meta.now).await;
    Ok(Json(changed.map_err(K::failure)?.into()))
}

async fn delete<K: AdministeredRecord>(
    State(app): State<AppState>,
    meta: Meta,
    Administrator(admin): Administrator,
    Path(id): Path<String>,
) -> Result<Json<Message>, Failure> {
    let id = record_id::<K::Value>(&id)?;
    app.core.delete_service_record::<K::Value>(&admin, id, meta.now).await?;
    Ok(Json(Message::new(K::DELETED)))
}

async fn get_matrix_by_name(
    State(app): State<AppState>,
    Administrator(admin): Administrator,
    Path(name): Path<String>,
) -> Result<Json<AppRoleMatrixResponse>, Failure> {
    let key = AppRoleMatrix::key(&name);
    let found = app.core.get_record_by_name::<AppRoleMatrix>(&admin, &key).await?;
    Ok(Json(found.into()))
}

async fn toggle<K: Toggled>(
    State(app): State<AppState>,
    meta: Meta,
    Administrator(admin): Administrator,
    Path(id): Path<String>,
) -> Result<Json<K::Response>, Failure> {
    let id = record_id::<K::Value>(&id)?;
    let toggle = |value: &mut K::Value| {
        let is_active = K::is_active(value);
        *is_active = !*is_active;
    };
    let toggled = app.core.change_service_record(&admin, id, toggle, meta.now).await?;
    Ok(Json(toggled.into()))
}

/// Another text is the id of no record.
pub(super) fn record_id<T: Catalogued>(text: &str) -> Result<RecordId, Failure> {
    RecordId::parse(text).map_err(|_| CatalogueError::NotFound(T::TITLE).into())
}
