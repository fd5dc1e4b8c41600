//! Consuming a token that verifies an address: the user's current one or a new one.

use http::StatusCode;
use shared::contract::better_auth::Failure;
use shared::domain::OneTimeToken;
use shared::domain::one_time::{ChangeEmail, VerifyEmail};
use shared::http::{AppState, Meta};
use shared::operations::{Caller, Issue, VerifiedEmail};

/// `caller` is the user who is signed in where the link was opened.
pub async fn verify(
    app: &AppState,
    meta: &Meta,
    caller: Option<&Caller>,
    token: &str,
) -> Result<VerifiedEmail, Failure> {
    if let Ok(token) = OneTimeToken::<VerifyEmail>::parse(token) {
        let is_signed_in = caller.is_some_and(|caller| caller.user.id == token.user_id);
        let sign_in = (app.config.sign_in_after_verification && !is_signed_in).then_some(Issue::Session);
        return Ok(app.core.verify_email(&token, sign_in, &meta.client, meta.now).await?);
    }
    let token =
        OneTimeToken::<ChangeEmail>::parse(token).map_err(|_| Failure::invalid_token(StatusCode::UNAUTHORIZED))?;
    let user = app
        .core
        .confirm_email_change(caller, &token, &meta.client.ip, meta.now)
        .await?;
    Ok(VerifiedEmail { user, signed_in: None })
}
