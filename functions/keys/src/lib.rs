//! What others verify our tokens with: the key set, and the document that says where it is. No contract owns these
//! paths.

mod keys;

use axum::Router;
use shared::http::AppState;

pub fn routes(_: &AppState) -> Router<AppState> {
    keys::routes()
}
