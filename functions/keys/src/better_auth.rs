//! The `better_auth` contract: the key set, where the framework's plugin for JWTs has it.

use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use http::HeaderMap;
use shared::contract::better_auth::Failure;
use shared::domain::signing_key::Ring;
use shared::http::{AppState, Meta};

use crate::keys::key_set;

pub fn routes() -> Router<AppState> {
    Router::new().route("/api/auth/jwks", get(jwks))
}

async fn jwks(State(app): State<AppState>, meta: Meta, headers: HeaderMap) -> Result<Response, Failure> {
    Ok(key_set(&app, Ring::User, &meta, &headers).await?)
}
