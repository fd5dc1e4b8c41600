//! Selecting one of the caller's linked accounts.

use crate::domain::LinkedAccount;
use crate::operations::prelude::*;
use crate::operations::social::refresh_access_token::ProviderTokensError;

/// An account of the caller, named by its record, or by its provider and optionally the subject there.
#[derive(Debug, Clone, Default)]
pub struct AccountSelector {
    pub provider: Option<String>,
    /// The id of the record, or the subject at the provider.
    pub account: Option<String>,
}

impl AccountSelector {
    pub(super) fn selects(&self, account: &LinkedAccount) -> bool {
        let of_provider = self
            .provider
            .as_deref()
            .is_none_or(|provider| provider == account.provider.as_str());
        let named = |name: &str| name == account.subject || name == account.id.to_string();
        of_provider && self.account.as_deref().is_none_or(named)
    }
}

impl Core {
    pub(super) async fn select_account(
        &self,
        caller: &Caller,
        selector: &AccountSelector,
    ) -> Result<LinkedAccount, ProviderTokensError> {
        let accounts = self.store.list_linked_accounts(caller.user.id).await?;
        let selected = accounts.into_iter().find(|account| selector.selects(account));
        selected.ok_or(ProviderTokensError::AccountNotFound)
    }
}
