//! `POST /admin/has-permission`: checks whether one of the caller's roles has a permission.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use shared::contract::better_auth::admin::HasPermissionRequest;
use shared::contract::better_auth::{Body, Failure, Signed};
use shared::http::AppState;

#[derive(Serialize)]
pub struct Permission {
    /// Always `null`, as in the framework.
    error: Option<String>,
    success: bool,
}

pub async fn has_permission(
    State(app): State<AppState>,
    Signed(caller): Signed,
    Body(body): Body<HasPermissionRequest>,
) -> Result<Json<Permission>, Failure> {
    let asked = body.permissions.ok_or_else(Failure::no_permissions_asked)?;
    Ok(Json(Permission {
        error: None,
        success: app.core.allows(&caller, &asked),
    }))
}
