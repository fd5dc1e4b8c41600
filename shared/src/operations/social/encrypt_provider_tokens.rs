//! The tokens that identity providers have issued for a user are stored under envelope encryption, bound to the user.

use serde::{Deserialize, Serialize};

use crate::domain::{EncryptedTokens, LinkedAccount, ProviderTokens, UserId};
use crate::operations::prelude::*;

/// The plain text of the envelope.
#[derive(Serialize, Deserialize)]
#[expect(clippy::struct_field_names, reason = "they are the names that the protocol gives")]
struct PlainTokens {
    access_token: Option<String>,
    refresh_token: Option<String>,
    id_token: Option<String>,
}

impl Core {
    /// `None`: there is no token to keep.
    pub(super) async fn encrypt_provider_tokens(
        &self,
        tokens: &ProviderTokens,
        user: UserId,
    ) -> Result<Option<EncryptedTokens>, Interruption> {
        let plain = PlainTokens {
            access_token: tokens.access_token.clone(),
            refresh_token: tokens.refresh_token.clone(),
            id_token: tokens.id_token.clone(),
        };
        if plain.access_token.is_none() && plain.refresh_token.is_none() && plain.id_token.is_none() {
            return Ok(None);
        }
        let json = serde_json::to_vec(&plain).map_err(|error| unserializable(&error))?;
        let owner = user.to_string();
        let context = context(&owner);
        let ciphertext = self.signer.encrypt_envelope(&json, &context, &*self.entropy).await?;
        Ok(Some(EncryptedTokens::from_bytes(ciphertext)))
    }

    pub(super) async fn decrypt_provider_tokens(
        &self,
        account: &LinkedAccount,
    ) -> Result<ProviderTokens, Interruption> {
        let Some(ciphertext) = &account.tokens else {
            return Ok(ProviderTokens::default());
        };
        let user = account.user_id.to_string();
        let json = self
            .signer
            .decrypt_envelope(ciphertext.as_bytes(), &context(&user))
            .await?;
        let plain: PlainTokens = serde_json::from_slice(&json).map_err(|error| unserializable(&error))?;
        Ok(ProviderTokens {
            access_token: plain.access_token,
            refresh_token: plain.refresh_token,
            id_token: plain.id_token,
            access_token_expires_at: account.access_token_expires_at,
            scopes: account.scopes.clone(),
        })
    }
}

/// The encryption context, which binds the ciphertext to its user.
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
