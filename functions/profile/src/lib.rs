//! The own profile: its fields, the verification and the change of its address, and its end. In every contract that has them, and
//! the pages behind the links of the mails.

mod better_auth;
mod link;
mod platform;
mod teams;
mod verification;

use axum::Router;
use shared::http::AppState;

pub fn routes(state: &AppState) -> Router<AppState> {
    Router::new()
        .merge(better_auth::routes(state))
        .merge(teams::routes())
        .merge(platform::routes())
        .merge(link::routes())
}
