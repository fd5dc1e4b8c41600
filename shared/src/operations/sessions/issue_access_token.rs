//! Issuing an access token for the caller's session, for clients of a contract whose sign-in returns none.

use jiff::Timestamp;

use crate::domain::RateLimit;
use crate::operations::prelude::*;

refusals! {
    pub enum IssueAccessTokenError {
        NoSessionToken: Forbidden = "the caller has an access token and not the token of the session",
    }
}

impl Core {
    /// The caller must have presented the session's own token: an access token that could be exchanged for the next one
    /// would be a refresh token without rotation, so that a stolen one would be valid for as long as the session.
    pub async fn issue_access_token(&self, caller: &Caller, now: Timestamp) -> Result<String, IssueAccessTokenError> {
        caller.expect_in_person()?;
        if caller.token.is_none() {
            return Err(IssueAccessTokenError::NoSessionToken);
        }
        // Each token is a signature, which costs a request to KMS.
        self.limit_rate(RateLimit::USER, caller.user.id, now).await?;
        Ok(self.sign_access_token(&caller.user, &caller.session, now).await?)
    }
}
