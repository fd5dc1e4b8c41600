//! The `better_auth` contract: the second factor of a user who is signed in, or who is signing in. Each endpoint has a
//! file; this one has what several of them share.

mod disable;
mod enable;
mod generate_backup_codes;
mod get_totp_uri;
mod send_otp;
mod verify_backup_code;
mod verify_otp;
mod verify_totp;

use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use shared::contract::better_auth::{Failure, check_origin, cookies};
use shared::domain::BackupCode;
use shared::http::AppState;

use disable::disable;
use enable::enable;
use generate_backup_codes::generate_backup_codes;
use get_totp_uri::get_totp_uri;
use send_otp::send_otp;
use verify_backup_code::verify_backup_code;
use verify_otp::verify_otp;
use verify_totp::verify_totp;

pub fn routes(state: &AppState) -> Router<AppState> {
    Router::new()
        .route("/api/auth/two-factor/enable", post(enable))
        .route("/api/auth/two-factor/disable", post(disable))
        .route("/api/auth/two-factor/get-totp-uri", post(get_totp_uri))
        .route("/api/auth/two-factor/verify-totp", post(verify_totp))
        .route("/api/auth/two-factor/send-otp", post(send_otp))
        .route("/api/auth/two-factor/verify-otp", post(verify_otp))
        .route(
            "/api/auth/two-factor/generate-backup-codes",
            post(generate_backup_codes),
        )
        .route("/api/auth/two-factor/verify-backup-code", post(verify_backup_code))
        .route_layer(from_fn_with_state(state.clone(), check_origin))
}

fn shown(codes: &[BackupCode]) -> Vec<&str> {
    codes.iter().map(BackupCode::as_str).collect()
}

/// The response to a rejected code. When the sign-in has ended, the response clears the cookie of its challenge.
fn refused(failure: Failure, is_over: bool, app: &AppState) -> Response {
    let mut response = failure.into_response();
    if is_over {
        cookies::clear_challenge(&mut response, &app.config);
    }
    response
}
