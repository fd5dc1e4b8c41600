//! `POST /admin/has-permission`: whether the caller's role permits something.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use shared::contract::better_auth::admin::HasPermissionRequest;
use shared::contract::better_auth::{Body, Failure, Signed};
use shared::http::AppState;

#[derive(Serialize)]
pub struct Permission {
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
    success: bool,
}

pub async fn has_permission(
    State(_): State<AppState>,
    Signed(caller): Signed,
    Body(body): Body<HasPermissionRequest>,
) -> Result<Json<Permission>, Failure> {
    let asked = body.permissions.ok_or_else(Failure::no_permissions_asked)?;
    let asked = asked
        .iter()
        .map(|(resource, actions)| (resource.as_str(), actions.as_slice()));
    Ok(Json(Permission {
        error: None,
        success: caller.user.may_all(asked),
    }))
}
