//! Creating and changing the records of identity providers, whose secrets are encrypted before they are stored.

use axum::Json;
use axum::extract::{Path, State};
use http::StatusCode;
use shared::contract::platform::{
    AdministeredRecord, Administrator, Body, CreateSocialProvider, Failure, SocialProviderRecords,
    SocialProviderResponse, UpdateSocialProvider,
};
use shared::domain::SocialProvider;
use shared::http::{AppState, Meta};

use super::records::record_id;

pub async fn create(
    State(app): State<AppState>,
    meta: Meta,
    Administrator(admin): Administrator,
    Body(body): Body<CreateSocialProvider>,
) -> Result<(StatusCode, Json<SocialProviderResponse>), Failure> {
    let secret = body.client_secret.clone();
    let build = |secret| body.record(secret);
    let created = app.core.create_social_provider(&admin, &secret, build, meta.now).await;
    let created = created.map_err(SocialProviderRecords::failure)?;
    Ok((StatusCode::CREATED, Json(created.into())))
}

pub async fn update(
    State(app): State<AppState>,
    meta: Meta,
    Administrator(admin): Administrator,
    Path(id): Path<String>,
    Body(body): Body<UpdateSocialProvider>,
) -> Result<Json<SocialProviderResponse>, Failure> {
    let id = record_id::<SocialProvider>(&id)?;
    let secret = body.client_secret.as_ref();
    let change = |record: &mut SocialProvider| body.apply(record);
    let changed = app
        .core
        .update_social_provider(&admin, id, secret, change, meta.now)
        .await;
    Ok(Json(changed.map_err(SocialProviderRecords::failure)?.into()))
}
