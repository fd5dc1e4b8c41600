//! Sign-in with identity providers, and the identities of a user.

mod accounts;
mod better_auth;
mod teams;

use axum::Router;
use shared::http::AppState;

pub fn routes(state: &AppState) -> Router<AppState> {
    accounts::routes(teams::routes(better_auth::routes(state)))
}
