//! The liveness check, and the page that shows the error of a social sign-in. The gateway routes every request without
//! a route of its own to this function; `contract::unknown` responds to it.

mod better_auth;

use axum::Router;
use shared::http::AppState;

pub fn routes(_: &AppState) -> Router<AppState> {
    better_auth::routes()
}
