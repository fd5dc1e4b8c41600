//! The tokens that identity providers have issued for users: kept encrypted, handed to their user, and renewed.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::domain::{LinkedAccount, ProviderTokens, RateLimit, SealedTokens, UserId};
use crate::operations::core::Core;
use crate::operations::interruption::Interruption;
use crate::operations::interruption::interruptible;
use crate::operations::sessions::authenticate::Caller;
use crate::social::ProviderError;
use crate::store::{Changes, CommitError, Conflict};

/// Which of the own accounts is meant: by its record, or by its provider and perhaps the subject there.
#[derive(Debug, Clone, Default)]
pub struct AccountSelector {
    pub provider: Option<String>,
    /// The id of the record, or the subject at the provider.
    pub account: Option<String>,
}

#[derive(Debug, thiserror::Error)]
pub enum ProviderTokensError {
    #[error("the user has no such account")]
    AccountNotFound,
    #[error("no such provider is configured")]
    ProviderNotFound,
    #[error("there is no access token for it")]
    NoAccessToken,
    #[error("there is no refresh token for it")]
    NoRefreshToken,
    /// The access token has expired.
    #[error("the access token cannot be renewed: {0}")]
    Stale(#[source] ProviderError),
    #[error(transparent)]
    Provider(#[from] ProviderError),
    #[error(transparent)]
    Interrupted(#[from] Interruption),
}

interruptible!(ProviderTokensError);

/// An account and its tokens in the clear.
#[derive(Debug)]
pub struct OpenedAccount {
    pub account: LinkedAccount,
    pub tokens: ProviderTokens,
}

/// A token that expires within this is renewed: it must last until its user has it.
const LEEWAY: SignedDuration = SignedDuration::from_secs(5);

/// What is encrypted.
#[derive(Serialize, Deserialize)]
#[expect(clippy::struct_field_names, reason = "they are the names that the protocol gives")]
struct PlainTokens {
    access_token: Option<String>,
    refresh_token: Option<String>,
    id_token: Option<String>,
}

impl Core {
    /// The access token of one of the caller's accounts, renewed when it is about to expire and can be.
    pub async fn get_access_token(
        &self,
        caller: &Caller,
        selector: &AccountSelector,
        now: Timestamp,
    ) -> Result<OpenedAccount, ProviderTokensError> {
        let account = self.selected(caller, selector).await?;
        self.access_token_of(account, now).await
    }

    pub(in crate::operations) async fn access_token_of(
        &self,
        account: LinkedAccount,
        now: Timestamp,
    ) -> Result<OpenedAccount, ProviderTokensError> {
        let tokens = self.open_tokens(&account).await?;
        let is_stale = account
            .access_token_expires_at
            .is_some_and(|expiry| expiry <= now + LEEWAY);
        if is_stale && tokens.refresh_token.is_some() {
            return self.renew(account, tokens, now).await.map_err(|error| match error {
                ProviderTokensError::Provider(error) => ProviderTokensError::Stale(error),
                error => error,
            });
        }
        if tokens.access_token.is_none() {
            return Err(ProviderTokensError::NoAccessToken);
        }
        Ok(OpenedAccount { account, tokens })
    }

    pub async fn refresh_access_token(
        &self,
        caller: &Caller,
        selector: &AccountSelector,
        now: Timestamp,
    ) -> Result<OpenedAccount, ProviderTokensError> {
        self.limit_rate(RateLimit::USER, caller.user.id, now).await?;
        let account = self.selected(caller, selector).await?;
        let tokens = self.open_tokens(&account).await?;
        self.renew(account, tokens, now).await
    }

    pub(in crate::operations) async fn selected(
        &self,
        caller: &Caller,
        selector: &AccountSelector,
    ) -> Result<LinkedAccount, ProviderTokensError> {
        caller.expect_in_person()?;
        let accounts = self.store.list_linked_accounts(caller.user.id).await?;
        let selected = accounts.into_iter().find(|account| selector.selects(account));
        selected.ok_or(ProviderTokensError::AccountNotFound)
    }

    async fn renew(
        &self,
        seen: LinkedAccount,
        tokens: ProviderTokens,
        now: Timestamp,
    ) -> Result<OpenedAccount, ProviderTokensError> {
        let provider = self.social.get(seen.provider.as_str());
        let provider = provider.ok_or(ProviderTokensError::ProviderNotFound)?;
        let refresh_token = tokens
            .refresh_token
            .as_deref()
            .ok_or(ProviderTokensError::NoRefreshToken)?;
        let renewed = provider.refresh(refresh_token, now).await?;
        // What is not issued anew stays as it was (RFC 6749, section 6).
        let tokens = renewed.or(tokens);
        let account = LinkedAccount {
            tokens: self.seal_tokens(&tokens, seen.user_id).await?,
            access_token_expires_at: tokens.access_token_expires_at,
            updated_at: now,
            ..seen.clone()
        };
        match self.store.commit(Changes::new().update_account(&seen, &account)).await {
            // Another request renewed it at the same time: both tokens are the provider's.
            Ok(()) | Err(CommitError::Conflict(Conflict::AccountMoved)) => Ok(OpenedAccount { account, tokens }),
            Err(error) => Err(error.into()),
        }
    }

    /// `None` when there is nothing to keep.
    pub(in crate::operations) async fn seal_tokens(
        &self,
        tokens: &ProviderTokens,
        user: UserId,
    ) -> Result<Option<SealedTokens>, Interruption> {
        let plain = PlainTokens {
            access_token: tokens.access_token.clone(),
            refresh_token: tokens.refresh_token.clone(),
            id_token: tokens.id_token.clone(),
        };
        if plain.access_token.is_none() && plain.refresh_token.is_none() && plain.id_token.is_none() {
            return Ok(None);
        }
        let text = serde_json::to_vec(&plain).map_err(|error| unserializable(&error))?;
        let sealed = self
            .signer
            .seal(&text, &context(&user.to_string()), &*self.entropy)
            .await;
        Ok(Some(SealedTokens::from_bytes(sealed?)))
    }

    pub(in crate::operations) async fn open_tokens(
        &self,
        account: &LinkedAccount,
    ) -> Result<ProviderTokens, Interruption> {
        let Some(sealed) = &account.tokens else {
            return Ok(ProviderTokens::default());
        };
        let user = account.user_id.to_string();
        let text = self.signer.open(sealed.as_bytes(), &context(&user)).await?;
        let plain: PlainTokens = serde_json::from_slice(&text).map_err(|error| unserializable(&error))?;
        Ok(ProviderTokens {
            access_token: plain.access_token,
            refresh_token: plain.refresh_token,
            id_token: plain.id_token,
            access_token_expires_at: account.access_token_expires_at,
            scopes: account.scopes.clone(),
        })
    }
}

impl AccountSelector {
    pub(in crate::operations) fn selects(&self, account: &LinkedAccount) -> bool {
        let of_provider = self
            .provider
            .as_deref()
            .is_none_or(|provider| provider == account.provider.as_str());
        let named = |name: &str| name == account.subject || name == account.id.to_string();
        of_provider && self.account.as_deref().is_none_or(named)
    }
}

/// What binds the ciphertext to its user.
fn context(user: &str) -> [(&'static str, &str); 2] {
    [("purpose", "provider-tokens"), ("user", user)]
}

/// The reason names only the category of the error, because its text may quote a token.
fn unserializable(error: &serde_json::Error) -> Interruption {
    Interruption::internal(format_args!(
        "tokens of a provider do not (de)serialize: {:?} error",
        error.classify()
    ))
}
