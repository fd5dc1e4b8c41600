//! The administration of users.

mod better_auth;

use axum::Router;
use shared::http::AppState;

pub fn routes(state: &AppState) -> Router<AppState> {
    better_auth::routes(state)
}
