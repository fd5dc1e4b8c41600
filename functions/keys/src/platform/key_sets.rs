//! The key sets of users and administrators.

use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use http::HeaderMap;
use shared::contract::platform::Failure;
use shared::domain::signing_key::Ring;
use shared::http::{AppState, Meta};

use crate::keys::key_set;

pub fn routes(router: Router<AppState>) -> Router<AppState> {
    router
        .route("/v1/auth/.well-known/jwks.json", get(jwks_of_users))
        .route("/v1/admin/.well-known/jwks.json", get(jwks_of_administrators))
}

async fn jwks_of_users(State(app): State<AppState>, meta: Meta, headers: HeaderMap) -> Result<Response, Failure> {
    Ok(key_set(&app, Ring::User, &meta, &headers).await?)
}

async fn jwks_of_administrators(
    State(app): State<AppState>,
    meta: Meta,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    Ok(key_set(&app, Ring::Admin, &meta, &headers).await?)
}
