//! The `platform` contract: the state of the service, and its metrics. None of these requests is counted: each costs at
//! most two reads, and a monitor that is refused would report an outage.

use axum::extract::State;
use axum::response::IntoResponse;
use axum::routing::get;
use axum::{Json, Router};
use http::StatusCode;
use http::header::CONTENT_TYPE;
use shared::contract::platform::{AuthHealth, DetailedHealth, Health, Liveness, Readiness, ServiceInfo};
use shared::http::{AppState, Meta, metrics};

const VERSION: &str = env!("CARGO_PKG_VERSION");

pub fn routes(router: Router<AppState>) -> Router<AppState> {
    router
        .route("/v1", get(home))
        .route("/v1/", get(home))
        .route("/v1/health", get(health))
        .route("/v1/health/detailed", get(detailed))
        .route("/v1/health/ready", get(ready))
        .route("/v1/health/live", get(live))
        .route("/v1/metrics", get(show_metrics))
        .route("/v1/auth/health", get(auth_health))
}

async fn home() -> Json<ServiceInfo> {
    Json(ServiceInfo {
        name: "Ostiary",
        version: VERSION,
        status: "ok",
    })
}

async fn health(State(app): State<AppState>, meta: Meta) -> (StatusCode, Json<Health>) {
    let health = app.core.check_health().await;
    let shown = Health::of(&health, VERSION, app.started_at, meta.now);
    (status(health.is_up()), Json(shown))
}

/// The answer is 200 whatever the state is: it is for people and dashboards, which read the parts.
async fn detailed(State(app): State<AppState>, meta: Meta) -> Json<DetailedHealth> {
    let health = app.core.check_health().await;
    Json(DetailedHealth::of(&health, VERSION, app.started_at, meta.now))
}

async fn ready(State(app): State<AppState>) -> (StatusCode, Json<Readiness>) {
    let health = app.core.check_health().await;
    (status(health.is_up()), Json(Readiness::from(&health)))
}

async fn live() -> Json<Liveness> {
    Json(Liveness { alive: true })
}

async fn show_metrics() -> impl IntoResponse {
    let (content_type, text) = metrics::render();
    ([(CONTENT_TYPE, content_type)], text)
}

async fn auth_health(State(app): State<AppState>, meta: Meta) -> Json<AuthHealth> {
    let health = app.core.check_health().await;
    Json(AuthHealth::of(&health, meta.now))
}

fn status(is_up: bool) -> StatusCode {
    if is_up {
        StatusCode::OK
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    }
}
