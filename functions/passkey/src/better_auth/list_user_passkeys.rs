//! `GET /passkey/list-user-passkeys`: the caller's passkeys, oldest first.

use axum::Json;
use axum::extract::State;
use shared::contract::better_auth::{Failure, Passkey, Signed};
use shared::http::AppState;

pub async fn list_user_passkeys(
    State(app): State<AppState>,
    Signed(caller): Signed,
) -> Result<Json<Vec<Passkey>>, Failure> {
    let passkeys = app.core.list_passkeys(&caller).await?;
    Ok(Json(passkeys.iter().map(Passkey::from).collect()))
}
