//! Sign-in with identity providers, and the identities of a user.

mod accounts;
mod better_auth;
mod platform;
mod provider_answer;
mod teams;

use axum::Router;
use shared::http::AppState;

pub fn routes(state: &AppState) -> Router<AppState> {
    let router = better_auth::routes(state);
    let router = teams::routes(router);
    let router = platform::routes(router);
    accounts::routes(router)
}
