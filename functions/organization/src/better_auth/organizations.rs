//! Creating, updating, deleting and reading organizations, and choosing the active one.

use axum::Json;
use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use shared::contract::better_auth::organization::{
    ChangedOrganization, CheckSlugRequest, CreateOrganizationRequest, CreatedOrganization, FullOrganization,
    Invitation, Member, Organization, OrganizationQuery, OrganizationRequest, SetActiveRequest, SlugIsFree, Team,
    UpdateOrganizationRequest,
};
use shared::contract::better_auth::{Body, Failure, Query, Signed, SignedWith};
use shared::domain::{Membership, OrganizationDetails, OrganizationPatch, OrganizationRole, Patch, Slug};
use shared::http::{AppState, Meta};
use shared::operations::{CreateOrganization, OrganizationName, StepUp};

use super::members::page_size;
use super::{organization_of_query, with_cookie};

pub fn routes(router: Router<AppState>) -> Router<AppState> {
    router
        .route("/api/auth/organization/create", post(create))
        .route("/api/auth/organization/update", post(update))
        .route("/api/auth/organization/delete", post(delete))
        .route("/api/auth/organization/set-active", post(set_active))
        .route("/api/auth/organization/get-organization", get(get_organization))
        .route(
            "/api/auth/organization/get-full-organization",
            get(get_full_organization),
        )
        .route("/api/auth/organization/list", get(list))
        .route("/api/auth/organization/check-slug", post(check_slug))
}

async fn create(
    State(app): State<AppState>,
    meta: Meta,
    Signed(caller): Signed,
    Body(body): Body<CreateOrganizationRequest>,
) -> Result<Json<CreatedOrganization>, Failure> {
    if body.user_id.is_some_and(|owner| owner != caller.user.id.to_string()) {
        return Err(Failure::may_not_create_organization());
    }
    let command = CreateOrganization {
        name: body.name,
        slug: slug(&body.slug)?,
        logo: body.logo.value(),
        metadata: body.metadata,
        seats: None,
        details: OrganizationDetails::default(),
    };
    let organization = if body.keep_current_active_organization {
        app.core.create_further_organization(&caller, command, meta.now).await?
    } else {
        app.core.create_organization(&caller, command, meta.now).await?
    };
    let owner = Membership::new(
        organization.id,
        organization.number,
        OrganizationRole::Owner,
        organization.created_at,
    );
    Ok(Json(CreatedOrganization::of(&organization, caller.user.id, &owner)))
}

async fn update(
    State(app): State<AppState>,
    meta: Meta,
    Signed(caller): Signed,
    Body(body): Body<UpdateOrganizationRequest>,
) -> Result<Json<ChangedOrganization>, Failure> {
    let id = body.organization_id.or(caller.session.active_organization);
    let id = id.ok_or_else(Failure::organization_not_found)?;
    let patch = OrganizationPatch {
        name: body.data.name,
        slug: body.data.slug.as_deref().map(slug).transpose()?,
        logo: body.data.logo,
        metadata: body.data.metadata,
        ..OrganizationPatch::default()
    };
    let organization = app.core.update_organization(&caller, id, patch, meta.now).await?;
    Ok(Json(ChangedOrganization::from(&organization)))
}

async fn delete(
    State(app): State<AppState>,
    meta: Meta,
    SignedWith(caller): SignedWith<StepUp>,
    Body(body): Body<OrganizationRequest>,
) -> Result<Json<Organization>, Failure> {
    let organization = app
        .core
        .delete_organization(&caller, body.organization_id, meta.now)
        .await?;
    Ok(Json(Organization::from(&organization)))
}

/// `null` deactivates the current one; an empty body returns the active one.
async fn set_active(
    State(app): State<AppState>,
    meta: Meta,
    Signed(mut caller): Signed,
    Body(body): Body<SetActiveRequest>,
) -> Result<Response, Failure> {
    let slug = body.organization_slug.filter(|slug| !slug.is_empty());
    let name = match (body.organization_id, slug) {
        (Patch::Clear, _) => None,
        (Patch::Set(id), _) => Some(OrganizationName::Id(id)),
        (Patch::Keep, Some(slug)) => {
            let slug = Slug::parse(&slug).map_err(|_| Failure::organization_not_found())?;
            Some(OrganizationName::Slug(slug))
        }
        (Patch::Keep, None) => caller.session.active_organization.map(OrganizationName::Id),
    };
    let Some(name) = name else {
        if caller.session.active_organization.is_none() {
            return Ok(none_active());
        }
        app.core.clear_active_organization(&mut caller, meta.now).await?;
        return Ok(with_cookie(none_active(), &caller, &app));
    };
    let organization = app.core.set_active_organization(&mut caller, &name, meta.now).await?;
    let answer = Json(Organization::from(&organization)).into_response();
    Ok(with_cookie(answer, &caller, &app))
}

/// The absence of an active organization is no error.
async fn get_organization(
    State(app): State<AppState>,
    Signed(caller): Signed,
    Query(query): Query<OrganizationQuery>,
) -> Result<Response, Failure> {
    let Some(name) = organization_of_query(&caller, &query)? else {
        return Ok(none_active());
    };
    let organization = app.core.find_organization(&caller, &name).await?;
    Ok(Json(Organization::from(&organization)).into_response())
}

/// The organization with its members and invitations.
async fn get_full_organization(
    State(app): State<AppState>,
    Signed(caller): Signed,
    Query(query): Query<OrganizationQuery>,
) -> Result<Response, Failure> {
    let Some(name) = organization_of_query(&caller, &query)? else {
        return Ok(none_active());
    };
    let members = page_size("membersLimit", query.members_limit.as_deref(), &app)?;
    let full = app.core.full_organization(&caller, &name, members).await?;
    let response = FullOrganization {
        organization: Organization::from(&full.organization),
        members: full
            .members
            .iter()
            .map(|(user, membership)| Member::with_user(user, membership))
            .collect(),
        invitations: full.invitations.iter().map(Invitation::from).collect(),
        teams: full.teams.iter().map(Team::from).collect(),
    };
    Ok(Json(response).into_response())
}

async fn list(State(app): State<AppState>, Signed(caller): Signed) -> Result<Json<Vec<Organization>>, Failure> {
    let organizations = app.core.list_organizations(&caller).await?;
    Ok(Json(organizations.iter().map(Organization::from).collect()))
}

async fn check_slug(
    State(app): State<AppState>,
    Signed(_): Signed,
    Body(body): Body<CheckSlugRequest>,
) -> Result<Json<SlugIsFree>, Failure> {
    if app.core.check_slug(&slug(&body.slug)?).await? {
        Ok(Json(SlugIsFree { status: true }))
    } else {
        Err(Failure::slug_taken())
    }
}

fn slug(text: &str) -> Result<Slug, Failure> {
    Slug::parse(text).map_err(|_| Failure::invalid_slug())
}

fn none_active() -> Response {
    Json(None::<Organization>).into_response()
}
