//! Checking whether the token of a mail can reset a password, without consuming it.

use jiff::Timestamp;

use crate::domain::one_time::{GrantRefused, ResetPassword};
use crate::domain::{OneTimeToken, RateLimit};
use crate::operations::prelude::*;

refusals! {
    pub enum CheckResetTokenError {
    }
    of {
        TokenRefused(#[from] GrantRefused) = "{0}",
    }
}

impl Core {
    /// The token stays valid.
    pub async fn check_reset_token(
        &self,
        token: &OneTimeToken<ResetPassword>,
        client_ip: &str,
        now: Timestamp,
    ) -> Result<(), CheckResetTokenError> {
        let check = async {
            let grant = self.store.find_grant::<ResetPassword>(token.user_id).await?;
            let grant = grant.ok_or(GrantRefused::Unknown)?;
            Ok(grant.open(&token.secret, now)?)
        };
        self.limit_failures(RateLimit::CHECK_TOKEN, client_ip, now, check).await
    }
}
