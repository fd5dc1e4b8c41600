//! The documents with which other services verify our tokens (the key sets, and the metadata that names the URL of
//! one), and the life of the keys.

mod better_auth;
mod keys;
mod platform;

use axum::Router;
use shared::http::AppState;

pub fn routes(_: &AppState) -> Router<AppState> {
    platform::routes(keys::routes().merge(better_auth::routes()))
}
