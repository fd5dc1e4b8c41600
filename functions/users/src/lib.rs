//! The administration of users, by administrators of the service and of an account.

mod accounts;
mod better_auth;
mod link;

use axum::Router;
use shared::http::AppState;

pub fn routes(state: &AppState) -> Router<AppState> {
    link::routes(accounts::routes(better_auth::routes(state)))
}
