//! The state of the service and its metrics, the reference pages of the contracts, and the page that shows the error of
//! a social sign-in. The gateway routes every request without a route of its own to this function; `contract::unknown`
//! responds to it.

mod better_auth;
mod docs;
mod platform;

use axum::Router;
use shared::http::AppState;

pub fn routes(_: &AppState) -> Router<AppState> {
    docs::routes(platform::routes(better_auth::routes()))
}
