//! The settings that administrators change while the service runs.

use axum::extract::{Path, State};
use axum::routing::{get, put};
use axum::{Json, Router};
use shared::contract::platform::{Administrator, Body, Failure, SystemConfigResponse, UpdateSystemConfig};
use shared::http::{AppState, Meta};

pub fn routes(router: Router<AppState>) -> Router<AppState> {
    router
        .route("/v1/admin/config", get(list))
        .route("/v1/admin/config/{key}", put(update))
}

async fn list(
    State(app): State<AppState>,
    Administrator(admin): Administrator,
) -> Result<Json<Vec<SystemConfigResponse>>, Failure> {
    let settings = app.core.list_settings(&admin).await?.into_iter();
    Ok(Json(settings.map(SystemConfigResponse::from).collect()))
}

async fn update(
    State(app): State<AppState>,
    meta: Meta,
    Administrator(admin): Administrator,
    Path(key): Path<String>,
    Body(body): Body<UpdateSystemConfig>,
) -> Result<Json<SystemConfigResponse>, Failure> {
    let updated = app.core.update_setting(&admin, body.of(key), meta.now).await?;
    Ok(Json(updated.into()))
}
