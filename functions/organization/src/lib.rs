//! Organizations, memberships and invitations, in every contract that has them, and the page behind the link of an invitation.

mod better_auth;
mod link;
mod teams;

use axum::Router;
use shared::http::AppState;

pub fn routes(state: &AppState) -> Router<AppState> {
    Router::new()
        .merge(better_auth::routes(state))
        .merge(teams::routes())
        .merge(link::routes())
}
