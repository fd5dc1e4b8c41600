//! Parsing of the token of a reset mail. Text that cannot be a token is answered like an unknown one.

use shared::domain::one_time::{GrantRefused, ResetPassword};
use shared::domain::{NewPassword, OneTimeToken};
use shared::http::{AppState, Meta};
use shared::operations::{CheckResetTokenError, ResetPasswordError};

/// Checks whether the token is valid, without consuming it.
pub async fn check(app: &AppState, meta: &Meta, token: &str) -> Result<(), CheckResetTokenError> {
    let token = parse(token)?;
    app.core.check_reset_token(&token, &meta.client.ip, meta.now).await
}

pub async fn spend(app: &AppState, meta: &Meta, token: &str, password: &NewPassword) -> Result<(), ResetPasswordError> {
    let token = parse(token)?;
    app.core
        .reset_password(&token, password, &meta.client.ip, meta.now)
        .await
}

fn parse(token: &str) -> Result<OneTimeToken<ResetPassword>, GrantRefused> {
    OneTimeToken::parse(token).map_err(|_| GrantRefused::Unknown)
}
