//! Administrators see the keys that sign the tokens of users, and change them. The keys of their own tokens are the
//! operator's.

use axum::extract::{Path, State};
use axum::routing::{get, post};
use axum::{Json, Router};
use http::StatusCode;
use jsonwebtoken::jwk::JwkSet;
use shared::contract::platform::{
    Administrator, CleanupKeysResponse, Failure, KeyStatusResponse, RevokeKeyResponse, RotateKeysResponse,
    SigningKeyResponse,
};
use shared::domain::signing_key::Ring;
use shared::http::{AppState, Meta};

const RING: Ring = Ring::User;

pub fn routes(router: Router<AppState>) -> Router<AppState> {
    router
        .route("/v1/admin/keys/status", get(status))
        .route("/v1/admin/keys/jwks", get(jwks))
        .route("/v1/admin/keys/generate", post(generate))
        .route("/v1/admin/keys/rotate", post(rotate))
        .route("/v1/admin/keys/cleanup", post(clean_up))
        .route("/v1/admin/keys/{kid}", get(info).delete(revoke))
}

async fn status(
    State(app): State<AppState>,
    meta: Meta,
    Administrator(caller): Administrator,
) -> Result<Json<KeyStatusResponse>, Failure> {
    let keys = app.core.list_keys(&caller, RING, meta.now).await?;
    let rotation = app.core.key_life().rotation;
    Ok(Json(KeyStatusResponse::of(&keys, rotation)?))
}

async fn jwks(State(app): State<AppState>, meta: Meta, _: Administrator) -> Result<Json<JwkSet>, Failure> {
    Ok(Json(app.core.publish_key_set(RING, meta.now).await?))
}

async fn generate(
    State(app): State<AppState>,
    meta: Meta,
    Administrator(caller): Administrator,
) -> Result<(StatusCode, Json<SigningKeyResponse>), Failure> {
    let key = app.core.generate_key(&caller, RING, meta.now).await?;
    Ok((StatusCode::CREATED, Json(SigningKeyResponse::of(&key)?)))
}

async fn rotate(
    State(app): State<AppState>,
    meta: Meta,
    Administrator(caller): Administrator,
) -> Result<Json<RotateKeysResponse>, Failure> {
    let rotated = app.core.rotate_keys(&caller, RING, meta.now).await?;
    Ok(Json(RotateKeysResponse::of(rotated, meta.now)?))
}

async fn clean_up(
    State(app): State<AppState>,
    meta: Meta,
    Administrator(caller): Administrator,
) -> Result<Json<CleanupKeysResponse>, Failure> {
    Ok(Json(app.core.clean_up_keys(&caller, RING, meta.now).await?.into()))
}

async fn info(
    State(app): State<AppState>,
    meta: Meta,
    Administrator(caller): Administrator,
    Path(kid): Path<String>,
) -> Result<Json<SigningKeyResponse>, Failure> {
    let keys = app.core.list_keys(&caller, RING, meta.now).await?;
    let key = keys.get(&kid).ok_or_else(|| Failure::not_found("Key not found"))?;
    Ok(Json(SigningKeyResponse::of(key)?))
}

async fn revoke(
    State(app): State<AppState>,
    meta: Meta,
    Administrator(caller): Administrator,
    Path(kid): Path<String>,
) -> Result<Json<RevokeKeyResponse>, Failure> {
    let keys = app.core.revoke_key(&caller, RING, &kid, meta.now).await?;
    Ok(Json(RevokeKeyResponse::of(kid, &keys, meta.now)?))
}
