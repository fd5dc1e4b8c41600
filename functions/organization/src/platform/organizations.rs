//! Organizations of the caller: creation, change, deletion, and joining one that is open.

use axum::extract::{Path, State};
use axum::routing::{get, post};
use axum::{Json, Router};
use http::StatusCode;
use shared::contract::platform::{
    Bearer, BearerWith, Body, CreateOrganizationRequest, Failure, Member, OrganizationResponse,
    TransferOwnershipRequest, UpdateOrganizationRequest, organization_of,
};
use shared::domain::{Organization, OrganizationId, Slug, UserId};
use shared::http::{AppState, Meta};
use shared::operations::{OrganizationName, StepUp};

pub fn routes(router: Router<AppState>) -> Router<AppState> {
    router
        .route("/v1/organizations", post(create_organization))
        .route(
            "/v1/organizations/{id}",
            get(show_organization)
                .put(update_organization)
                .delete(delete_organization),
        )
        .route("/v1/organizations/slug/{slug}", get(show_organization_by_slug))
        .route("/v1/organizations/{id}/join", post(join_organization))
        .route(
            "/v1/organizations/{id}/transfer-ownership",
            axum::routing::put(transfer_ownership),
        )
}

/// The session keeps its active organization: switching is a separate operation.
async fn create_organization(
    State(app): State<AppState>,
    meta: Meta,
    Bearer(caller): Bearer,
    Body(body): Body<CreateOrganizationRequest>,
) -> Result<(StatusCode, Json<OrganizationResponse>), Failure> {
    let created = app.core.create_business_organization(&caller, body.into(), meta.now);
    let (created, seats) = created.await?;
    Ok((StatusCode::CREATED, Json(OrganizationResponse::of(&created, seats))))
}

async fn show_organization(
    State(app): State<AppState>,
    meta: Meta,
    Bearer(caller): Bearer,
    Path(id): Path<String>,
) -> Result<Json<OrganizationResponse>, Failure> {
    let name = OrganizationName::Id(organization_of(&caller, &id)?);
    let found = app.core.show_organization(&caller, &name, meta.now).await?;
    shown(&app, found, &meta).await
}

async fn show_organization_by_slug(
    State(app): State<AppState>,
    meta: Meta,
    Bearer(caller): Bearer,
    Path(slug): Path<String>,
) -> Result<Json<OrganizationResponse>, Failure> {
    let slug = Slug::parse(&slug).map_err(|_| Failure::organization_not_found())?;
    let name = OrganizationName::Slug(slug);
    let found = app.core.show_organization(&caller, &name, meta.now).await?;
    shown(&app, found, &meta).await
}

async fn update_organization(
    State(app): State<AppState>,
    meta: Meta,
    Bearer(caller): Bearer,
    Path(id): Path<String>,
    Body(body): Body<UpdateOrganizationRequest>,
) -> Result<Json<OrganizationResponse>, Failure> {
    let id = organization_of(&caller, &id)?;
    let updated = app.core.update_organization(&caller, id, body.into(), meta.now);
    shown(&app, updated.await?, &meta).await
}

async fn delete_organization(
    State(app): State<AppState>,
    meta: Meta,
    BearerWith(caller): BearerWith<StepUp>,
    Path(id): Path<String>,
) -> Result<StatusCode, Failure> {
    let id = organization_of(&caller, &id)?;
    app.core.delete_organization(&caller, id, meta.now).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Not in the document. The organization need not be the caller's.
async fn join_organization(
    State(app): State<AppState>,
    meta: Meta,
    Bearer(caller): Bearer,
    Path(id): Path<String>,
) -> Result<(StatusCode, Json<Member>), Failure> {
    let id = OrganizationId::parse(&id).map_err(|_| Failure::organization_not_found())?;
    let membership = app.core.join_open_organization(&caller, id, meta.now).await?;
    Ok((StatusCode::CREATED, Json(Member::of(&caller.user, &membership))))
}

async fn transfer_ownership(
    State(app): State<AppState>,
    meta: Meta,
    BearerWith(caller): BearerWith<StepUp>,
    Path(id): Path<String>,
    Body(body): Body<TransferOwnershipRequest>,
) -> Result<Json<Member>, Failure> {
    let id = organization_of(&caller, &id)?;
    let to = UserId::parse(&body.new_owner_id).map_err(|_| Failure::member_not_found())?;
    let (user, membership) = app.core.transfer_ownership(&caller, id, to, meta.now).await?;
    Ok(Json(Member::of(&user, &membership)))
}

async fn shown(app: &AppState, organization: Organization, meta: &Meta) -> Result<Json<OrganizationResponse>, Failure> {
    let seats = app.core.seats_of(&organization).await?;
    Ok(Json(OrganizationResponse::of(&organization.as_of(meta.now), seats)))
}
