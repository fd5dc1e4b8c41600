//! `POST /unlink-account`: removes an identity from the caller. The last method of sign-in stays.

use axum::Json;
use axum::extract::State;
use shared::contract::better_auth::social::AccountRequest;
use shared::contract::better_auth::{Body, Failure, Signed, Status};
use shared::domain::ProviderId;
use shared::http::{AppState, Meta};

use super::own_account;

pub async fn unlink_account(
    State(app): State<AppState>,
    meta: Meta,
    Signed(caller): Signed,
    Body(body): Body<AccountRequest>,
) -> Result<Json<Status>, Failure> {
    if !caller.session.is_fresh(&app.config.settings.sessions, meta.now) {
        return Err(Failure::session_not_fresh());
    }
    let mut selector = own_account(&caller, body)?;
    // The record of the password has the user's id.
    if selector.provider.is_none() && selector.account == Some(caller.user.id.to_string()) {
        selector.provider = Some(ProviderId::CREDENTIAL.to_owned());
    }
    app.core.unlink_account(&caller, &selector, meta.now).await?;
    Ok(Status::DONE)
}
