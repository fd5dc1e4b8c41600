//! Consuming a token that verifies an address, the user's current one or a new one, or that approves a new one.

use http::StatusCode;
use shared::contract::better_auth::Failure;
use shared::domain::one_time::{ApproveEmailChange, ChangeEmail, VerifyEmail};
use shared::domain::{OneTimeToken, Redirect};
use shared::http::{AppState, Meta};
use shared::operations::{Caller, Issue, VerifiedEmail};

/// Whether the verification of an address may open a session where the link was opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignIn {
    /// If the deployment says so, and no user is signed in there.
    AsConfigured,
    Never,
}

/// `caller` is the user who is signed in where the link was opened. That user stays signed in, also when the
/// token verifies another user's address. `callback` is where a mail that follows an approval leads in the end.
pub async fn verify(
    app: &AppState,
    meta: &Meta,
    caller: Option<&Caller>,
    token: &str,
    callback: Option<&Redirect>,
    sign_in: SignIn,
) -> Result<VerifiedEmail, Failure> {
    if let Ok(token) = OneTimeToken::<VerifyEmail>::parse(token) {
        let opens_session =
            app.config.sign_in_after_verification && sign_in == SignIn::AsConfigured && caller.is_none();
        let sign_in = opens_session.then_some(Issue::Session);
        return Ok(app.core.verify_email(&token, sign_in, &meta.client, meta.now).await?);
    }
    if let Ok(token) = OneTimeToken::<ApproveEmailChange>::parse(token) {
        let ip = &meta.client.ip;
        let approved = app.core.approve_email_change(caller, &token, callback, ip, meta.now);
        let user = approved.await?;
        return Ok(VerifiedEmail { user, signed_in: None });
    }
    let token =
        OneTimeToken::<ChangeEmail>::parse(token).map_err(|_| Failure::invalid_token(StatusCode::UNAUTHORIZED))?;
    let user = app
        .core
        .confirm_email_change(caller, &token, &meta.client.ip, meta.now)
        .await?;
    Ok(VerifiedEmail { user, signed_in: None })
}
