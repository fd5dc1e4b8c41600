//! The `platform` contract: the own profile.

use axum::extract::State;
use axum::routing::get;
use axum::{Json, Router};
use shared::contract::platform::{Bearer, Body, Failure, UpdateUserProfile, UserProfile};
use shared::http::{AppState, Meta};

pub fn routes(router: Router<AppState>) -> Router<AppState> {
    router.route("/v1/auth/me", get(me).put(update_me))
}

async fn me(State(app): State<AppState>, meta: Meta, Bearer(caller): Bearer) -> Result<Json<UserProfile>, Failure> {
    let profile = app.core.show_profile(&caller, meta.now).await?;
    Ok(Json(UserProfile::from(&profile)))
}

async fn update_me(
    State(app): State<AppState>,
    meta: Meta,
    Bearer(caller): Bearer,
    Body(body): Body<UpdateUserProfile>,
) -> Result<Json<UserProfile>, Failure> {
    let user = app.core.update_user(&caller, body.into(), meta.now).await?;
    let profile = app.core.profile_of(user, meta.now).await?;
    Ok(Json(UserProfile::from(&profile)))
}
