//! The `platform` contract.

mod password;
mod session;

use axum::Router;
use shared::http::AppState;

pub fn routes(router: Router<AppState>) -> Router<AppState> {
    password::routes(session::routes(router))
}
