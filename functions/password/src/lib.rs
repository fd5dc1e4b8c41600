//! Forgotten, reset and changed passwords, in every contract that has them, and the pages behind the links of reset
//! mails.

mod accounts;
mod better_auth;
mod link;
mod platform;
mod teams;
mod token;

use axum::Router;
use shared::http::AppState;

/// One router passes through all contracts: merging routers would insert every route twice, at each cold start.
pub fn routes(state: &AppState) -> Router<AppState> {
    let router = better_auth::routes(state);
    let router = teams::routes(router);
    let router = platform::routes(router);
    let router = accounts::routes(router);
    link::routes(router)
}
