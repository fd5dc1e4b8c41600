//! The `platform` contract: organizations and their members.

mod invitations;
mod members;
mod organizations;

use axum::Router;
use shared::http::AppState;

pub fn routes(router: Router<AppState>) -> Router<AppState> {
    let router = organizations::routes(router);
    let router = members::routes(router);
    invitations::routes(router)
}
