//! The `teams` contract: the own profile.

use axum::routing::get;
use axum::{Json, Router};
use shared::contract::teams::{Bearer, Me};
use shared::http::AppState;

pub fn routes(router: Router<AppState>) -> Router<AppState> {
    router.route("/auth/me", get(me))
}

async fn me(Bearer(caller): Bearer) -> Json<Me> {
    Json(Me::from(&caller))
}
