//! `POST /refresh-token`: renews the tokens of a provider.

use axum::Json;
use axum::extract::State;
use shared::contract::better_auth::social::{AccountRequest, ProviderTokens};
use shared::contract::better_auth::{Body, Failure, SignedWith};
use shared::http::{AppState, Meta};
use shared::operations::StepUp;

use super::own_account;

pub async fn refresh_token(
    State(app): State<AppState>,
    meta: Meta,
    SignedWith(caller): SignedWith<StepUp>,
    Body(body): Body<AccountRequest>,
) -> Result<Json<ProviderTokens>, Failure> {
    let selector = own_account(&caller, body)?;
    let opened = app.core.refresh_access_token(&caller, &selector, meta.now).await?;
    Ok(Json(ProviderTokens::of(opened, true)))
}
