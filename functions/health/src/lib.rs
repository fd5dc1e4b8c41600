//! Whether the service is there, and the page on which sign-ins elsewhere end in an error. The gateway sends everything to this
//! function that has no route of its own; what such a request is told is the same for all functions and not written here.

mod better_auth;

use axum::Router;
use shared::http::AppState;

pub fn routes(_: &AppState) -> Router<AppState> {
    better_auth::routes()
}
