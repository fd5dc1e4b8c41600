//! `GET /internal/users/{userId}`, for other services of the operator.

use axum::Json;
use axum::extract::{Path, State};
use shared::contract::accounts::{Failure, Service, Success, UserSummary};
use shared::domain::UserNumber;
use shared::http::{AppState, Meta};

/// The operation has no rate limit: a service calls it for each of its own requests, and a token cannot be guessed.
pub async fn get_user(
    State(app): State<AppState>,
    meta: Meta,
    Service(credential): Service,
    Path(number): Path<String>,
) -> Result<Json<Success<UserSummary>>, Failure> {
    let is_number = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    let number = number.parse().ok().filter(|_| is_number).map(UserNumber);
    let number = number.ok_or_else(|| Failure::invalid("userId must be a number"))?;
    let user = app.core.get_user_by_number(&credential, number, meta.now).await?;
    // The summary names an account and a role in it, so a user without both has none.
    let summary = UserSummary::of_user(&user).ok_or_else(|| Failure::not_found("The user was not found"))?;
    Ok(Json(Success::new(summary)))
}
