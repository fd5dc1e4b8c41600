//! The record of an identity that is linked to a user, with the tokens that the provider has issued.

use jiff::Timestamp;

use crate::domain::{LinkedAccount, LinkedAccountId, UserId};
use crate::operations::prelude::*;
use crate::social::Granted;

impl Core {
    pub(super) async fn new_linked_account(
        &self,
        granted: &Granted,
        user: UserId,
        now: Timestamp,
    ) -> Result<LinkedAccount, Interruption> {
        let Granted { identity, tokens, .. } = granted;
        Ok(LinkedAccount {
            id: LinkedAccountId::generate(now, &*self.entropy),
            user_id: user,
            provider: identity.provider.clone(),
            issuer: identity.issuer.clone(),
            subject: identity.subject.clone(),
            email: identity.email.clone(),
            name: identity.name.clone(),
            scopes: tokens.scopes.clone(),
            tokens: self.encrypt_provider_tokens(tokens, user).await?,
            access_token_expires_at: tokens.access_token_expires_at,
            created_at: now,
            updated_at: now,
        })
    }

    /// A token that the provider has not issued this time keeps its value: some providers issue a refresh token only
    /// once.
    pub(super) async fn renew_linked_account(
        &self,
        seen: &LinkedAccount,
        granted: &Granted,
        now: Timestamp,
    ) -> Result<LinkedAccount, Interruption> {
        let mut tokens = granted.tokens.clone();
        if !tokens.is_complete() {
            tokens = tokens.or(self.decrypt_provider_tokens(seen).await?);
        }
        Ok(LinkedAccount {
            issuer: granted.identity.issuer.clone(),
            tokens: self.encrypt_provider_tokens(&tokens, seen.user_id).await?,
            access_token_expires_at: tokens.access_token_expires_at,
            scopes: tokens.scopes,
            email: granted.identity.email.clone(),
            name: granted.identity.name.clone(),
            updated_at: now,
            ..seen.clone()
        })
    }
}
