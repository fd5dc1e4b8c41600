//! `GET /admin/get-user`: one user by id.

use axum::Json;
use axum::extract::State;
use shared::contract::better_auth::admin::GetUserQuery;
use shared::contract::better_auth::{Failure, Query, Signed, User};
use shared::http::AppState;

use super::user_id;

pub async fn get_user(
    State(app): State<AppState>,
    Signed(caller): Signed,
    Query(query): Query<GetUserQuery>,
) -> Result<Json<User>, Failure> {
    let user = app.core.get_user(&caller, user_id(&query.id)?).await?;
    Ok(Json(User::from(&user)))
}
