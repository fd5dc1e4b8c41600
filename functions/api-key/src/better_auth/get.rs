//! `GET /api-key/get`: one of the caller's keys, without its secret.

use axum::Json;
use axum::extract::State;
use shared::contract::better_auth::api_key::{ApiKey, GetApiKeyQuery};
use shared::contract::better_auth::{Failure, Query, Signed};
use shared::http::{AppState, Meta};

use super::parse_id;

pub async fn get(
    State(app): State<AppState>,
    meta: Meta,
    Signed(caller): Signed,
    Query(query): Query<GetApiKeyQuery>,
) -> Result<Json<ApiKey>, Failure> {
    let id = parse_id(&query.id)?;
    let key = app.core.find_api_key(caller.user.id, id, meta.now).await?;
    let key = key.ok_or_else(Failure::api_key_not_found)?;
    Ok(Json(ApiKey::from(&key)))
}
