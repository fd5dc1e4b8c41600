//! The `platform` contract.

mod password;
mod records;
mod session;
mod users;

use axum::Router;
use shared::http::AppState;

pub fn routes(router: Router<AppState>) -> Router<AppState> {
    records::routes(users::routes(password::routes(session::routes(router))))
}
