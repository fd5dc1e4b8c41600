//! Two-factor authentication. One contract has operations for it; a sign-in of any other that waits for its second
//! factor is completed here too.

mod better_auth;

use axum::Router;
use shared::http::AppState;

pub fn routes(state: &AppState) -> Router<AppState> {
    better_auth::routes(state)
}
