//! The documents with which other services verify our tokens: the key set and the metadata that names its URL. Their
//! paths belong to no contract.

mod keys;

use axum::Router;
use shared::http::AppState;

pub fn routes(_: &AppState) -> Router<AppState> {
    keys::routes()
}
