//! Parsing of the token of a reset mail. Text that cannot be a token is answered like an unknown one.

use http::HeaderMap;
use shared::domain::one_time::{GrantRefused, ResetPassword};
use shared::domain::{NewPassword, OneTimeToken, User};
use shared::http::{AppState, Meta, known_device};
use shared::operations::{CheckResetTokenError, ResetPasswordError};

/// Checks whether the token is valid, without consuming it.
pub async fn check(app: &AppState, meta: &Meta, token: &str) -> Result<(), CheckResetTokenError> {
    let token = parse(token)?;
    app.core.check_reset_token(&token, &meta.client.ip, meta.now).await
}

/// Sets the password, and returns the user before the reset, and the headers that make the client a known device.
pub async fn reset(
    app: &AppState,
    meta: &Meta,
    token: &str,
    password: &NewPassword,
) -> Result<(User, HeaderMap), ResetPasswordError> {
    let token = parse(token)?;
    let reset = app
        .core
        .reset_password(&token, password, &meta.client.ip, meta.now)
        .await?;
    let device = known_device::headers(Some(&reset.device), meta.is_cross_site, &app.config);
    Ok((reset.before, device))
}

/// The same, for contracts that show nothing of the user.
pub async fn spend(
    app: &AppState,
    meta: &Meta,
    token: &str,
    password: &NewPassword,
) -> Result<HeaderMap, ResetPasswordError> {
    let (_, device) = reset(app, meta, token, password).await?;
    Ok(device)
}

fn parse(token: &str) -> Result<OneTimeToken<ResetPassword>, GrantRefused> {
    OneTimeToken::parse(token).map_err(|_| GrantRefused::Unknown)
}
