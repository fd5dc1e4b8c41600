//! Sign-up, sign-in, sessions and tokens, in every contract that has them.

mod accounts;
mod basic;
mod better_auth;
mod teams;

use axum::Router;
use shared::http::AppState;

/// One router goes through all of them: merging routers inserts every route again, at each start of the function.
pub fn routes(state: &AppState) -> Router<AppState> {
    let router = better_auth::routes(state);
    let router = basic::routes(router);
    let router = teams::routes(router);
    accounts::routes(router)
}
