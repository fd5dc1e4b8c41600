//! Organizations, memberships and invitations, in every contract that has them, and the page behind the link of an
//! invitation.

mod accounts;
mod app_roles;
mod better_auth;
mod link;
mod platform;
mod teams;

use axum::Router;
use shared::http::AppState;

/// One router passes through all contracts: merging routers would insert every route twice, at each cold start.
pub fn routes(state: &AppState) -> Router<AppState> {
    let router = better_auth::routes(state);
    let router = teams::routes(router);
    let router = platform::routes(router);
    let router = app_roles::routes(router);
    let router = accounts::routes(router);
    link::routes(router)
}
