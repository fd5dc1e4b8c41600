//! API keys, which only the `better_auth` contract has.

mod better_auth;

use axum::Router;
use shared::http::AppState;

pub fn routes(state: &AppState) -> Router<AppState> {
    better_auth::routes(state)
}
