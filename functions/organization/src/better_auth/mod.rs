//! The `better_auth` contract: organizations, their members and teams, and invitations, with all operations that the
//! documented and the current clients call.

mod invitations;
mod members;
mod organizations;
mod teams;

use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::response::Response;
use shared::contract::better_auth::organization::OrganizationQuery;
use shared::contract::better_auth::{Failure, check_origin, cookies};
use shared::domain::{MemberRoles, RoleName, Slug};
use shared::http::AppState;
use shared::operations::{Caller, OrganizationName};

pub fn routes(state: &AppState) -> Router<AppState> {
    let router = organizations::routes(Router::new());
    let router = members::routes(router);
    let router = invitations::routes(router);
    let router = teams::routes(router);
    router.route_layer(from_fn_with_state(state.clone(), check_origin))
}

/// The organization that a query names by its id or slug; if absent, the active one. Text that cannot be a slug names
/// no organization.
fn organization_of_query(caller: &Caller, query: &OrganizationQuery) -> Result<Option<OrganizationName>, Failure> {
    if let Some(slug) = &query.organization_slug {
        let slug = Slug::parse(slug).map_err(|_| Failure::organization_not_found())?;
        return Ok(Some(OrganizationName::Slug(slug)));
    }
    let id = query.organization_id.or(caller.session.active_organization);
    Ok(id.map(OrganizationName::Id))
}

/// Parses role names. The operation checks whether the roles exist.
fn roles(names: &[String]) -> Result<MemberRoles, Failure> {
    let parsed = names
        .iter()
        .map(|name| RoleName::parse(name).map_err(|_| Failure::role_not_found(name)));
    MemberRoles::of(parsed.collect::<Result<Vec<_>, _>>()?).ok_or_else(Failure::no_role)
}

/// The framework's servers set the session cookie again when the session has changed.
fn with_cookie(mut response: Response, caller: &Caller, app: &AppState) -> Response {
    if let Some(token) = &caller.token {
        cookies::set_session(&mut response, &caller.session, token, &app.config);
    }
    response
}
