//! Two-factor authentication. Only one contract has operations for it; it also completes sign-ins of other contracts
//! that wait for a second factor.

mod better_auth;

use axum::Router;
use shared::http::AppState;

pub fn routes(state: &AppState) -> Router<AppState> {
    better_auth::routes(state)
}
