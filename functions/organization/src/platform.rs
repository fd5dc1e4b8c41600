//! The `platform` contract: creating an organization.

use axum::extract::State;
use axum::routing::post;
use axum::{Json, Router};
use http::StatusCode;
use shared::contract::platform::{Bearer, Body, CreateOrganizationRequest, Failure, OrganizationResponse};
use shared::http::{AppState, Meta};

pub fn routes(router: Router<AppState>) -> Router<AppState> {
    router.route("/v1/organizations", post(create_organization))
}

/// The session keeps its active organization: switching is a separate operation.
async fn create_organization(
    State(app): State<AppState>,
    meta: Meta,
    Bearer(caller): Bearer,
    Body(body): Body<CreateOrganizationRequest>,
) -> Result<(StatusCode, Json<OrganizationResponse>), Failure> {
    let organization = app
        .core
        .create_further_organization(&caller, body.into(), meta.now)
        .await?;
    let member_limit = app.config.settings.organizations.members;
    Ok((
        StatusCode::CREATED,
        Json(OrganizationResponse::of(&organization, member_limit)),
    ))
}
