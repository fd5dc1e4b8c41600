//! Forgotten, reset and changed passwords, in every contract that has them, and the pages behind the links of reset
//! mails.

mod better_auth;
mod link;
mod teams;
mod token;

use axum::Router;
use shared::http::AppState;

/// One router goes through all of them: merging routers inserts every route again, at each start of the function.
pub fn routes(state: &AppState) -> Router<AppState> {
    let router = better_auth::routes(state);
    let router = teams::routes(router);
    link::routes(router)
}
