//! The `better_auth` contract: founding an organization, and inviting people into it.

use axum::extract::State;
use axum::middleware::from_fn_with_state;
use axum::routing::post;
use axum::{Json, Router};
use shared::contract::better_auth::{
    Body, CreateOrganizationRequest, CreatedOrganization, Failure, Invitation, InviteMemberRequest, Signed,
    check_origin,
};
use shared::domain::{EmailAddress, OrganizationId, OrganizationRole, Slug};
use shared::http::{AppState, Meta};
use shared::operations::{Caller, CreateOrganization, InviteMember};

pub fn routes(state: &AppState) -> Router<AppState> {
    Router::new()
        .route("/api/auth/organization/create", post(create))
        .route("/api/auth/organization/invite-member", post(invite_member))
        .route_layer(from_fn_with_state(state.clone(), check_origin))
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
        slug: Slug::parse(&body.slug).map_err(|_| Failure::invalid_slug())?,
        seats: None,
    };
    let organization = if body.keep_current_active_organization {
        app.core.create_further_organization(&caller, command, meta.now).await?
    } else {
        app.core.create_organization(&caller, command, meta.now).await?
    };
    Ok(Json(CreatedOrganization::of(&organization, caller.user.id)))
}

async fn invite_member(
    State(app): State<AppState>,
    meta: Meta,
    Signed(caller): Signed,
    Body(body): Body<InviteMemberRequest>,
) -> Result<Json<Invitation>, Failure> {
    let command = InviteMember {
        organization_id: organization(&caller, body.organization_id.as_deref())?,
        email: EmailAddress::parse(&body.email).map_err(|_| Failure::invalid_email())?,
        role: OrganizationRole::parse(&body.role).ok_or_else(|| Failure::role_not_found(&body.role))?,
    };
    let invitation = if body.resend {
        app.core.invite_member_again(&caller, command, meta.now).await?
    } else {
        app.core.invite_member(&caller, command, meta.now).await?
    };
    Ok(Json(Invitation::from(&invitation)))
}

/// The one that is named, or the active one. Nobody is a member of what cannot be an organization.
fn organization(caller: &Caller, named: Option<&str>) -> Result<OrganizationId, Failure> {
    match named {
        Some(id) => OrganizationId::parse(id).map_err(|_| Failure::member_not_found()),
        None => caller
            .session
            .active_organization
            .ok_or_else(Failure::organization_not_found),
    }
}
