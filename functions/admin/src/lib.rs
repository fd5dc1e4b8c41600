//! The administration of the service in the `platform` contract, by administrators who are principals of their own.

mod link;
mod platform;

use axum::Router;
use shared::http::AppState;

pub fn routes(_: &AppState) -> Router<AppState> {
    link::routes(platform::routes(Router::new()))
}
