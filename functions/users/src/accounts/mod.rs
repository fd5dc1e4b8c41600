//! The `accounts` contract: the users of an account, and the links by which new ones register.

mod bulk;
mod internal;
mod registration_links;
mod users;

use axum::Router;
use axum::routing::{get, patch, post, put};
use shared::http::AppState;

pub fn routes(router: Router<AppState>) -> Router<AppState> {
    router
        .route("/accounts/v1/users", post(users::create_user))
        .route("/accounts/v1/users/bulk", post(bulk::create_users))
        .route("/accounts/v1/users/bulk-simple", post(bulk::create_simple_users))
        .route(
            "/accounts/v1/users/bulk/{uploadId}/results.csv",
            get(bulk::show_results),
        )
        .route(
            "/accounts/v1/users/{id}",
            patch(users::update_user).delete(users::delete_user),
        )
        .route("/accounts/v1/users/{id}/roles", put(users::set_user_roles))
        .route(
            "/accounts/v1/registration-links",
            post(registration_links::create_registration_link),
        )
        .route(
            "/accounts/v1/registration-links/decode",
            post(registration_links::decode_registration_link),
        )
        .route(
            "/accounts/v1/registration-links/accept",
            post(registration_links::accept_registration_link),
        )
        .route("/accounts/v1/internal/users/{userId}", get(internal::get_user))
}
