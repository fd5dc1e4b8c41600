//! Refreshing the access token that an identity provider has issued for a user.

use jiff::Timestamp;

use crate::domain::{LinkedAccount, ProviderTokens, RateLimit};
use crate::operations::prelude::*;
use crate::operations::sessions::assurance::{Assured, StepUp};
use crate::operations::social::select_account::AccountSelector;
use crate::social::{Deadline, ProviderError};
use crate::store::{Changes, CommitError, Conflict};

refusals! {
    pub enum ProviderTokensError {
        AccountNotFound: NotFound = "the user has no such account",
        ProviderNotFound: NotFound = "no such provider is configured",
        NoAccessToken: NotFound = "there is no access token for it",
        NoRefreshToken: NotFound = "there is no refresh token for it",
    }
    of {
        /// The access token has expired.
        Stale(#[source] ProviderError) = "the access token cannot be refreshed: {0}",
        Provider(#[from] ProviderError) = "{0}",
    }
}

/// An account and its tokens, decrypted.
#[derive(Debug)]
pub struct OpenedAccount {
    pub account: LinkedAccount,
    pub tokens: ProviderTokens,
}

impl Core {
    pub async fn refresh_access_token(
        &self,
        caller: &Assured<StepUp>,
        selector: &AccountSelector,
        now: Timestamp,
    ) -> Result<OpenedAccount, ProviderTokensError> {
        self.limit_rate(RateLimit::USER, caller.user.id, now).await?;
        let account = self.select_account(caller, selector).await?;
        let tokens = self.decrypt_provider_tokens(&account).await?;
        self.refresh_tokens(account, tokens, Deadline::start(), now).await
    }

    pub(super) async fn refresh_tokens(
        &self,
        seen: LinkedAccount,
        tokens: ProviderTokens,
        deadline: Deadline,
        now: Timestamp,
    ) -> Result<OpenedAccount, ProviderTokensError> {
        let provider = self.social_provider(seen.provider.as_str(), now).await?;
        // The refresh token is for its issuer alone, which the provider of this name may no longer be.
        let provider = provider.filter(|provider| provider.serves(&seen.issuer));
        let provider = provider.ok_or(ProviderTokensError::ProviderNotFound)?;
        let refresh_token = tokens
            .refresh_token
            .as_deref()
            .ok_or(ProviderTokensError::NoRefreshToken)?;
        let refreshed = provider.refresh(refresh_token, deadline, now).await?;
        // A token that the provider does not issue again keeps its value (RFC 6749, section 6).
        let tokens = refreshed.or(tokens);
        let account = LinkedAccount {
            tokens: self.encrypt_provider_tokens(&tokens, seen.user_id).await?,
            access_token_expires_at: tokens.access_token_expires_at,
            updated_at: now,
            ..seen.clone()
        };
        match self.store.commit(Changes::new().update_account(&seen, &account)).await {
            // A parallel request has refreshed the token, too: both tokens are valid, and the other one is stored.
            Ok(()) | Err(CommitError::Conflict(Conflict::AccountMoved)) => Ok(OpenedAccount { account, tokens }),
            Err(error) => Err(error.into()),
        }
    }
}
