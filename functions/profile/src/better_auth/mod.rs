//! The `better_auth` contract: the own profile. Each endpoint has a file; this one has what several of them share.

mod change_email;
mod delete_user;
mod delete_user_callback;
mod send_verification_email;
mod update_user;
mod verify_email;

use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use serde::Serialize;
use shared::contract::better_auth::{check_origin, cookies};
use shared::contract::unknown;
use shared::http::AppState;

use change_email::change_email;
use delete_user::delete_user;
use delete_user_callback::delete_user_callback;
use send_verification_email::send_verification_email;
use update_user::update_user;
use verify_email::verify_email;

pub fn routes(state: &AppState) -> Router<AppState> {
    // These two GET operations consume a token, so a HEAD request must not run them.
    let verify_email = get(verify_email).head(unknown::answer);
    let delete_user_callback = get(delete_user_callback).head(unknown::answer);
    Router::new()
        .route("/api/auth/update-user", post(update_user))
        .route("/api/auth/delete-user", post(delete_user))
        .route("/api/auth/delete-user/callback", delete_user_callback)
        .route("/api/auth/verify-email", verify_email)
        .route("/api/auth/send-verification-email", post(send_verification_email))
        .route("/api/auth/change-email", post(change_email))
        .route_layer(from_fn_with_state(state.clone(), check_origin))
}

/// The result of a request for deletion.
#[derive(Serialize)]
struct Deleted {
    success: bool,
    message: &'static str,
}

impl Deleted {
    const DONE: Self = Self {
        success: true,
        message: "User deleted",
    };
    const MAIL_SENT: Self = Self {
        success: true,
        message: "Verification email sent",
    };
}

fn without_session(answer: impl IntoResponse, app: &AppState) -> Response {
    let mut response = answer.into_response();
    cookies::clear_session(&mut response, &app.config);
    response
}
