//! The `platform` contract.

mod configuration;
mod organizations;
mod password;
mod records;
mod session;
mod social_providers;
mod statistics;
mod users;

use axum::Router;
use shared::http::AppState;

pub fn routes(router: Router<AppState>) -> Router<AppState> {
    let router = password::routes(session::routes(configuration::routes(statistics::routes(router))));
    records::routes(organizations::routes(users::routes(router)))
}
