//! Statistics of the service.

use axum::extract::State;
use axum::routing::get;
use axum::{Json, Router};
use shared::contract::platform::{
    Administrator, AnalyticsQuery, AnalyticsResponse, Failure, Query, SystemStatsResponse,
};
use shared::http::{AppState, Meta};

pub fn routes(router: Router<AppState>) -> Router<AppState> {
    router
        .route("/v1/admin/stats", get(get_system_stats))
        .route("/v1/admin/analytics", get(get_analytics))
}

async fn get_system_stats(
    State(app): State<AppState>,
    meta: Meta,
    Administrator(caller): Administrator,
) -> Result<Json<SystemStatsResponse>, Failure> {
    let stats = app.core.get_system_stats(&caller, meta.now).await?;
    Ok(Json(stats.into()))
}

async fn get_analytics(
    State(app): State<AppState>,
    meta: Meta,
    Administrator(caller): Administrator,
    Query(query): Query<AnalyticsQuery>,
) -> Result<Json<AnalyticsResponse>, Failure> {
    let analytics = app.core.get_analytics(&caller, query.command(), meta.now).await?;
    Ok(Json(AnalyticsResponse::of(analytics, &query)))
}
