//! The own profile: its fields, the verification and the change of its address, and its end. In every contract that has
//! them, and the pages behind the links of the mails.

mod better_auth;
mod link;
mod platform;
mod teams;
mod verification;

use axum::Router;
use shared::http::AppState;

/// One router goes through all of them: merging routers inserts every route again, at each start of the function.
pub fn routes(state: &AppState) -> Router<AppState> {
    let router = better_auth::routes(state);
    let router = teams::routes(router);
    let router = platform::routes(router);
    link::routes(router)
}
