//! The creation of many users at once.

use axum::Json;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use http::HeaderMap;
use http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use shared::contract::accounts::{
    BearerWith, BulkBody, BulkResult, BulkSimpleUsersRequest, BulkUsersRequest, Failure, IdempotencyKey, Success,
};
use shared::domain::BulkUploadId;
use shared::http::{AppState, Meta};
use shared::operations::{Interruption, SecondFactor, StepUp};

pub async fn create_users(
    State(app): State<AppState>,
    meta: Meta,
    BearerWith(caller): BearerWith<StepUp>,
    IdempotencyKey(key): IdempotencyKey,
    BulkBody(body): BulkBody<BulkUsersRequest>,
) -> Result<Json<Success<BulkResult>>, Failure> {
    let command = body.into_command(key.as_deref());
    let upload = app.core.create_account_users(&caller, command, meta.now).await?;
    Ok(Json(Success::new(upload.into())))
}

pub async fn create_simple_users(
    State(app): State<AppState>,
    meta: Meta,
    BearerWith(caller): BearerWith<StepUp>,
    IdempotencyKey(key): IdempotencyKey,
    BulkBody(body): BulkBody<BulkSimpleUsersRequest>,
) -> Result<Json<Success<BulkResult>>, Failure> {
    let command = body.into_command(key.as_deref());
    let upload = app.core.create_account_users(&caller, command, meta.now).await?;
    Ok(Json(Success::new(upload.into())))
}

pub async fn show_results(
    State(app): State<AppState>,
    meta: Meta,
    BearerWith(caller): BearerWith<SecondFactor>,
    path: Result<Path<String>, PathRejection>,
) -> Result<Response, Failure> {
    let id = path.ok().and_then(|Path(id)| BulkUploadId::parse(&id).ok());
    let id = id.ok_or_else(Failure::upload_not_found)?;
    let upload = app.core.show_bulk_upload(&caller, id, meta.now).await?;
    let csv = BulkResult::from(upload).to_csv();
    let csv = csv.map_err(|error| Failure::from(Interruption::internal(error)))?;
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_TYPE, http::HeaderValue::from_static("text/csv; charset=utf-8"));
    let attachment = format!("attachment; filename=\"bulk-{id}-results.csv\"");
    // An id consists of hexadecimal digits and hyphens.
    if let Ok(attachment) = attachment.parse() {
        headers.insert(CONTENT_DISPOSITION, attachment);
    }
    Ok((headers, csv).into_response())
}
