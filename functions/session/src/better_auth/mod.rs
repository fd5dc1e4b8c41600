//! The `better_auth` contract: sign-up and sign-in with a password, and the sessions of the caller. Each endpoint has a
//! file; this one has what several of them share.

mod get_session;
mod is_username_available;
mod list_sessions;
mod revoke_other_sessions;
mod revoke_session;
mod revoke_sessions;
mod sign_in_email;
mod sign_in_username;
mod sign_out;
mod sign_up_email;
mod signed_in;
mod token;
mod update_session;

use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use shared::contract::better_auth::{check_origin, cookies};
use shared::contract::{Contract, sign_in_policy};
use shared::http::AppState;
use shared::operations::{Caller, SignInPolicy};

use get_session::get_session;
use is_username_available::is_username_available;
use list_sessions::list_sessions;
use revoke_other_sessions::revoke_other_sessions;
use revoke_session::revoke_session;
use revoke_sessions::revoke_sessions;
use sign_in_email::sign_in_email;
use sign_in_username::sign_in_username;
use sign_out::sign_out;
use sign_up_email::sign_up_email;
use token::token;
use update_session::update_session;

pub fn routes(state: &AppState) -> Router<AppState> {
    Router::new()
        .route("/api/auth/sign-up/email", post(sign_up_email))
        .route("/api/auth/sign-in/email", post(sign_in_email))
        .route("/api/auth/sign-in/username", post(sign_in_username))
        .route("/api/auth/is-username-available", post(is_username_available))
        .route("/api/auth/sign-out", post(sign_out))
        .route("/api/auth/get-session", get(get_session).post(get_session))
        .route("/api/auth/token", get(token))
        .route("/api/auth/list-sessions", get(list_sessions))
        .route("/api/auth/update-session", post(update_session))
        .route("/api/auth/revoke-session", post(revoke_session))
        .route("/api/auth/revoke-sessions", post(revoke_sessions))
        .route("/api/auth/revoke-other-sessions", post(revoke_other_sessions))
        .route_layer(from_fn_with_state(state.clone(), check_origin))
}

fn policy(app: &AppState) -> SignInPolicy {
    sign_in_policy(Contract::BetterAuth, &app.core)
}

/// A presented session token is returned to the client that presented it; otherwise the session's handle takes its
/// place.
fn shown_token(caller: &Caller) -> String {
    caller
        .token
        .as_ref()
        .map_or_else(|| caller.session.id.to_string(), ToString::to_string)
}

fn without_session(answer: impl IntoResponse, app: &AppState) -> Response {
    let mut response = answer.into_response();
    cookies::clear_session(&mut response, &app.config);
    response
}
