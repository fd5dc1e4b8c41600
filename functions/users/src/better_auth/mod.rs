//! The `better_auth` contract: the administration of users. Each endpoint has a file; this one has what several of them
//! share.

mod ban_user;
mod create_user;
mod get_user;
mod has_permission;
mod impersonate_user;
mod list_user_sessions;
mod list_users;
mod remove_user;
mod revoke_user_session;
mod revoke_user_sessions;
mod set_role;
mod set_user_password;
mod stop_impersonating;
mod unban_user;
mod update_user;

use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::{get, post};
use shared::contract::better_auth::{Failure, check_origin};
use shared::domain::{GivenRoles, RoleName, UserId, UserPermission};
use shared::http::AppState;
use shared::operations::Caller;

use ban_user::ban_user;
use create_user::create_user;
use get_user::get_user;
use has_permission::has_permission;
use impersonate_user::impersonate_user;
use list_user_sessions::list_user_sessions;
use list_users::list_users;
use remove_user::remove_user;
use revoke_user_session::revoke_user_session;
use revoke_user_sessions::revoke_user_sessions;
use set_role::set_role;
use set_user_password::set_user_password;
use stop_impersonating::stop_impersonating;
use unban_user::unban_user;
use update_user::update_user;

pub fn routes(state: &AppState) -> Router<AppState> {
    Router::new()
        .route("/api/auth/admin/ban-user", post(ban_user))
        .route("/api/auth/admin/create-user", post(create_user))
        .route("/api/auth/admin/get-user", get(get_user))
        .route("/api/auth/admin/has-permission", post(has_permission))
        .route("/api/auth/admin/impersonate-user", post(impersonate_user))
        .route("/api/auth/admin/list-user-sessions", post(list_user_sessions))
        .route("/api/auth/admin/list-users", get(list_users))
        .route("/api/auth/admin/remove-user", post(remove_user))
        .route("/api/auth/admin/revoke-user-session", post(revoke_user_session))
        .route("/api/auth/admin/revoke-user-sessions", post(revoke_user_sessions))
        .route("/api/auth/admin/set-role", post(set_role))
        .route("/api/auth/admin/set-user-password", post(set_user_password))
        .route("/api/auth/admin/stop-impersonating", post(stop_impersonating))
        .route("/api/auth/admin/unban-user", post(unban_user))
        .route("/api/auth/admin/update-user", post(update_user))
        .route_layer(from_fn_with_state(state.clone(), check_origin))
}

/// Text that cannot be an id is answered like an unknown id, after the permission check.
fn user_id(app: &AppState, caller: &Caller, permission: UserPermission, text: &str) -> Result<UserId, Failure> {
    app.core.permit(caller, permission)?;
    UserId::parse(text).map_err(|_| Failure::user_not_found())
}

/// The user of an operation on sessions. Text that cannot be an id is treated like an unknown id, which has no sessions.
fn session_owner(text: &str) -> UserId {
    /// The nil UUID, which is never generated.
    const UNKNOWN: UserId = UserId::from_bytes([0; 16]);
    UserId::parse(text).unwrap_or(UNKNOWN)
}

/// Roles are sent as a list, or joined by commas. Text that cannot be the name of a role is answered like an unknown
/// role.
fn roles(names: &[String]) -> Result<GivenRoles, Failure> {
    if names.is_empty() {
        return Err(Failure::unknown_role());
    }
    let names = names.iter().flat_map(|names| names.split(','));
    let names: Result<Vec<_>, _> = names.map(|name| RoleName::parse(name.trim())).collect();
    let given = GivenRoles::of(names.map_err(|_| Failure::unknown_role())?);
    given.ok_or_else(Failure::too_many_roles)
}
