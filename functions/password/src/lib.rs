//! stub

use axum::Router;
use shared::http::AppState;

pub fn routes(_state: &AppState) -> Router<AppState> {
    Router::new()
}
