//! Sign-up, sign-in, sessions and tokens, in every contract that has them.

mod accounts;
mod basic;
mod better_auth;
mod teams;

use axum::Router;
use shared::http::AppState;

pub fn routes(state: &AppState) -> Router<AppState> {
    Router::new()
        .merge(better_auth::routes(state))
        .merge(basic::routes())
        .merge(teams::routes())
        .merge(accounts::routes())
}
