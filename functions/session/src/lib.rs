//! Sign-up, sign-in, sessions and tokens, in every contract that has them.

mod accounts;
mod basic;
mod better_auth;
mod platform;
mod teams;

use axum::Router;
use shared::http::AppState;

/// One router passes through all contracts: merging routers would insert every route twice, at each cold start.
pub fn routes(state: &AppState) -> Router<AppState> {
    let router = better_auth::routes(state);
    let router = basic::routes(router);
    let router = teams::routes(router);
    let router = platform::routes(router);
    accounts::routes(router)
}
