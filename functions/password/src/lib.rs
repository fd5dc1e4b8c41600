//! Forgotten, reset and changed passwords, in every contract that has them, and the pages behind the links of reset mails.

mod better_auth;
mod link;
mod teams;
mod token;

use axum::Router;
use shared::http::AppState;

pub fn routes(state: &AppState) -> Router<AppState> {
    Router::new()
        .merge(better_auth::routes(state))
        .merge(teams::routes())
        .merge(link::routes())
}
