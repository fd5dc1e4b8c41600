//! Policy rules of organizations and of the service, and their evaluation.

mod platform;

use axum::Router;
use shared::http::AppState;

pub fn routes(_: &AppState) -> Router<AppState> {
    platform::routes(Router::new())
}
