//! `POST /admin/ban-user`: bans a user and revokes all sessions.

use axum::Json;
use axum::extract::State;
use jiff::SignedDuration;
use shared::contract::better_auth::admin::{AdministeredUser, BanUserRequest};
use shared::contract::better_auth::{Body, Failure, SignedWith, User};
use shared::domain::UserPermission;
use shared::http::{AppState, Meta};
use shared::operations::{BanUser, StepUp};

use super::user_id;

pub const DEFAULT_REASON: &str = "No reason";

pub async fn ban_user(
    State(app): State<AppState>,
    meta: Meta,
    SignedWith(caller): SignedWith<StepUp>,
    Body(body): Body<BanUserRequest>,
) -> Result<Json<AdministeredUser>, Failure> {
    let command = BanUser {
        user_id: user_id(&app, &caller, UserPermission::Ban, &body.user_id)?,
        reason: body
            .ban_reason
            .filter(|reason| !reason.is_empty())
            .unwrap_or_else(|| DEFAULT_REASON.to_owned()),
        // As in the framework, a duration of zero means a ban without an end.
        expires_in: body
            .ban_expires_in
            .filter(|seconds| *seconds > 0.0)
            .and_then(|seconds| SignedDuration::try_from_secs_f64(seconds).ok()),
    };
    let user = app.core.ban_user(&caller, command, meta.now).await?;
    Ok(Json(AdministeredUser {
        user: User::from(&user),
    }))
}
