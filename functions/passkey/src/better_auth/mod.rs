//! The `better_auth` contract: registering passkeys, signing in with one, and managing them. Each endpoint has a file;
//! this one has what several of them share.

mod delete_passkey;
mod generate_authenticate_options;
mod generate_register_options;
mod list_user_passkeys;
mod update_passkey;
mod verify_authentication;
mod verify_registration;

use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use http::HeaderMap;
use serde::Serialize;
use shared::contract::better_auth::{check_origin, cookies};
use shared::contract::unknown;
use shared::domain::token::CeremonyToken;
use shared::http::AppState;

use delete_passkey::delete_passkey;
use generate_authenticate_options::{generate_authenticate_options, post_generate_authenticate_options};
use generate_register_options::generate_register_options;
use list_user_passkeys::list_user_passkeys;
use update_passkey::update_passkey;
use verify_authentication::verify_authentication;
use verify_registration::verify_registration;

pub fn routes(state: &AppState) -> Router<AppState> {
    // These GET operations store a challenge, so a HEAD request must not run them.
    let register_options = get(generate_register_options).head(unknown::answer);
    let authenticate_options = get(generate_authenticate_options)
        .head(unknown::answer)
        .post(post_generate_authenticate_options);
    Router::new()
        .route("/api/auth/passkey/generate-register-options", register_options)
        .route("/api/auth/passkey/verify-registration", post(verify_registration))
        .route("/api/auth/passkey/generate-authenticate-options", authenticate_options)
        .route("/api/auth/passkey/verify-authentication", post(verify_authentication))
        .route("/api/auth/passkey/list-user-passkeys", get(list_user_passkeys))
        .route("/api/auth/passkey/delete-passkey", post(delete_passkey))
        .route("/api/auth/passkey/update-passkey", post(update_passkey))
        .route_layer(from_fn_with_state(state.clone(), check_origin))
}

/// The options with their single-use challenge, and the token that identifies the challenge.
fn with_challenge(
    options: impl Serialize,
    challenge: &[u8],
    token: &CeremonyToken,
    headers: &HeaderMap,
    app: &AppState,
) -> Response {
    let mut response = Json(options).into_response();
    cookies::set_ceremony(&mut response, challenge, token, headers, &app.config);
    response
}
