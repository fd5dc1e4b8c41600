//! `POST /unlink-account`: removes an identity from the caller. The last method of sign-in stays.

use axum::Json;
use axum::extract::State;
use shared::contract::better_auth::social::AccountRequest;
use shared::contract::better_auth::{Body, Failure, SignedWith, Status};
use shared::domain::ProviderId;
use shared::http::{AppState, Meta};
use shared::operations::StepUp;

use super::own_account;

pub async fn unlink_account(
    State(app): State<AppState>,
    meta: Meta,
    SignedWith(caller): SignedWith<StepUp>,
    Body(body): Body<AccountRequest>,
) -> Result<Json<Status>, Failure> {
    let mut selector = own_account(&caller, body)?;
    // The record of the password has the user's id.
    if selector.provider.is_none() && selector.account == Some(caller.user.id.to_string()) {
        selector.provider = Some(ProviderId::CREDENTIAL.to_owned());
    }
    app.core.unlink_account(&caller, &selector, meta.now).await?;
    Ok(Status::DONE)
}
