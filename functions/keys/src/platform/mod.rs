//! The `platform` contract: the key sets, and the administration of the keys of users.

mod administration;
mod key_sets;

use axum::Router;
use shared::http::AppState;

pub fn routes(router: Router<AppState>) -> Router<AppState> {
    administration::routes(key_sets::routes(router))
}
