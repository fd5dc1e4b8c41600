//! `GET /account-info`: the user's current profile at a provider. Only the current client calls it.

use axum::Json;
use axum::extract::State;
use shared::contract::better_auth::social::{AccountInfo, AccountRequest};
use shared::contract::better_auth::{Failure, Query, SignedWith};
use shared::http::{AppState, Meta};
use shared::operations::InPerson;

use super::own_account;

pub async fn account_info(
    State(app): State<AppState>,
    meta: Meta,
    SignedWith(caller): SignedWith<InPerson>,
    Query(query): Query<AccountRequest>,
) -> Result<Json<AccountInfo>, Failure> {
    let selector = own_account(&caller, query)?;
    let shown = app.core.show_provider_profile(&caller, &selector, meta.now).await?;
    Ok(Json(shown.into()))
}
