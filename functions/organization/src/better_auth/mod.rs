//! The `better_auth` contract: organizations, their members and teams, and invitations into them. All that the documented clients and the
//! current ones call.

mod invitations;
mod members;
mod organizations;
mod teams;

use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::response::Response;
use axum::routing::{get, post};
use shared::contract::better_auth::organization::{OrganizationQuery, organization_named};
use shared::contract::better_auth::{Failure, check_origin, cookies};
use shared::domain::{MemberRoles, OrganizationId, RoleName, Slug};
use shared::http::AppState;
use shared::operations::{Caller, OrganizationName};

pub fn routes(state: &AppState) -> Router<AppState> {
    Router::new()
        .route("/api/auth/organization/create", post(organizations::create))
        .route("/api/auth/organization/update", post(organizations::update))
        .route("/api/auth/organization/delete", post(organizations::delete))
        .route("/api/auth/organization/set-active", post(organizations::set_active))
        .route(
            "/api/auth/organization/get-organization",
            get(organizations::get_organization),
        )
        .route(
            "/api/auth/organization/get-full-organization",
            get(organizations::get_full_organization),
        )
        .route("/api/auth/organization/list", get(organizations::list))
        .route("/api/auth/organization/check-slug", post(organizations::check_slug))
        .route("/api/auth/organization/invite-member", post(invitations::invite_member))
        .route(
            "/api/auth/organization/accept-invitation",
            post(invitations::accept_invitation),
        )
        .route(
            "/api/auth/organization/reject-invitation",
            post(invitations::reject_invitation),
        )
        .route(
            "/api/auth/organization/cancel-invitation",
            post(invitations::cancel_invitation),
        )
        .route(
            "/api/auth/organization/get-invitation",
            get(invitations::get_invitation),
        )
        .route(
            "/api/auth/organization/list-invitations",
            get(invitations::list_invitations),
        )
        .route(
            "/api/auth/organization/list-user-invitations",
            get(invitations::list_user_invitations),
        )
        .route("/api/auth/organization/list-members", get(members::list_members))
        .route("/api/auth/organization/remove-member", post(members::remove_member))
        .route(
            "/api/auth/organization/update-member-role",
            post(members::update_member_role),
        )
        .route("/api/auth/organization/leave", post(members::leave))
        .route(
            "/api/auth/organization/get-active-member",
            get(members::get_active_member),
        )
        .route(
            "/api/auth/organization/get-active-member-role",
            get(members::get_active_member_role),
        )
        .route("/api/auth/organization/has-permission", post(members::has_permission))
        .route("/api/auth/organization/create-team", post(teams::create_team))
        .route("/api/auth/organization/update-team", post(teams::update_team))
        .route("/api/auth/organization/remove-team", post(teams::remove_team))
        .route("/api/auth/organization/list-teams", get(teams::list_teams))
        .route("/api/auth/organization/set-active-team", post(teams::set_active_team))
        .route("/api/auth/organization/list-user-teams", get(teams::list_user_teams))
        .route(
            "/api/auth/organization/list-team-members",
            get(teams::list_team_members),
        )
        .route("/api/auth/organization/add-team-member", post(teams::add_team_member))
        .route(
            "/api/auth/organization/remove-team-member",
            post(teams::remove_team_member),
        )
        .route_layer(from_fn_with_state(state.clone(), check_origin))
}

/// The one that is named, or the one that is active.
fn named_or_active(caller: &Caller, named: Option<&str>) -> Option<OrganizationId> {
    match named.filter(|text| !text.is_empty()) {
        Some(text) => Some(organization_named(text)),
        None => caller.session.active_organization,
    }
}

/// The same, where it may be named by its slug, too. What cannot be a slug is that of no organization.
fn wanted(caller: &Caller, query: &OrganizationQuery) -> Result<Option<OrganizationName>, Failure> {
    if let Some(slug) = &query.organization_slug {
        let slug = Slug::parse(slug).map_err(|_| Failure::organization_not_found())?;
        return Ok(Some(OrganizationName::Slug(slug)));
    }
    let id = named_or_active(caller, query.organization_id.as_deref());
    Ok(id.map(OrganizationName::Id))
}

/// Whether there are such roles is for the operation to say.
fn roles(names: &[String]) -> Result<MemberRoles, Failure> {
    let parsed = names
        .iter()
        .map(|name| RoleName::parse(name).map_err(|_| Failure::role_not_found(name)));
    MemberRoles::of(parsed.collect::<Result<Vec<_>, _>>()?).ok_or_else(Failure::no_role)
}

/// The framework's servers hand the session out anew when what it says of itself has changed.
fn with_cookie(mut response: Response, caller: &Caller, app: &AppState) -> Response {
    if let Some(token) = &caller.token {
        cookies::set_session(&mut response, &caller.session, token, &app.config);
    }
    response
}
