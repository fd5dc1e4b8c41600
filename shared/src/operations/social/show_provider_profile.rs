//! Showing the caller's profile at an identity provider, read with the access token that the provider has issued.

use jiff::Timestamp;

use crate::domain::{LinkedAccount, RateLimit};
use crate::operations::prelude::*;
use crate::operations::sessions::assurance::{Assured, InPerson};
use crate::operations::social::refresh_access_token::{OpenedAccount, ProviderTokensError};
use crate::operations::social::select_account::AccountSelector;
use crate::social::{Deadline, Profile, ProviderError};

refusals! {
    pub enum ShowProviderProfileError {
        ProviderNotFound: NotFound = "the provider of the account is not configured any more",
    }
    of {
        Tokens(#[from] ProviderTokensError) = "{0}",
        Provider(#[from] ProviderError) = "{0}",
    }
}

/// One of the caller's accounts, and the profile at its provider.
#[derive(Debug)]
pub struct ProviderProfile {
    pub account: LinkedAccount,
    pub profile: Profile,
}

impl Core {
    pub async fn show_provider_profile(
        &self,
        caller: &Assured<InPerson>,
        selector: &AccountSelector,
        now: Timestamp,
    ) -> Result<ProviderProfile, ShowProviderProfileError> {
        self.limit_rate(RateLimit::USER, caller.user.id, now).await?;
        let account = self.select_account(caller, selector).await?;
        let provider = self.social_provider(account.provider.as_str(), now).await?;
        // The access token is for its issuer alone, which the provider of this name may no longer be.
        let provider = provider.filter(|provider| provider.serves(&account.issuer));
        let provider = provider.ok_or(ShowProviderProfileError::ProviderNotFound)?;
        let deadline = Deadline::start();
        let OpenedAccount { account, tokens } = self.access_token_of(account, deadline, now).await?;
        let profile = provider.profile(&account.subject, &tokens, deadline, now).await?;
        Ok(ProviderProfile { account, profile })
    }
}
