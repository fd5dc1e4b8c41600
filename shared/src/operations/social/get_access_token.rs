//! Returning the access token that an identity provider has issued for a user.

use jiff::{SignedDuration, Timestamp};

use crate::domain::LinkedAccount;
use crate::operations::prelude::*;
use crate::operations::sessions::assurance::{Assured, StepUp};
use crate::operations::social::refresh_access_token::{OpenedAccount, ProviderTokensError};
use crate::operations::social::select_account::AccountSelector;
use crate::social::Deadline;

/// A token that expires within this time is refreshed, so that the client has time to use it.
const LEEWAY: SignedDuration = SignedDuration::from_secs(5);

impl Core {
    /// The access token of one of the caller's accounts. A token that is about to expire is refreshed if there is a
    /// refresh token.
    pub async fn get_access_token(
        &self,
        caller: &Assured<StepUp>,
        selector: &AccountSelector,
        now: Timestamp,
    ) -> Result<OpenedAccount, ProviderTokensError> {
        let account = self.select_account(caller, selector).await?;
        self.access_token_of(account, Deadline::start(), now).await
    }

    pub(super) async fn access_token_of(
        &self,
        account: LinkedAccount,
        deadline: Deadline,
        now: Timestamp,
    ) -> Result<OpenedAccount, ProviderTokensError> {
        let tokens = self.decrypt_provider_tokens(&account).await?;
        let is_stale = account
            .access_token_expires_at
            .is_some_and(|expiry| expiry <= now + LEEWAY);
        if is_stale && tokens.refresh_token.is_some() {
            let refreshed = self.refresh_tokens(account, tokens, deadline, now).await;
            return refreshed.map_err(|error| match error {
                ProviderTokensError::Provider(error) => ProviderTokensError::Stale(error),
                error => error,
            });
        }
        if tokens.access_token.is_none() {
            return Err(ProviderTokensError::NoAccessToken);
        }
        Ok(OpenedAccount { account, tokens })
    }
}
