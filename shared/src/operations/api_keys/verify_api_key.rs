//! Verifying an API key for an application. It takes one use of the key.

use jiff::Timestamp;

use crate::domain::api_key::Permissions;
use crate::domain::{ApiKey, PlainApiKey, RateLimit};
use crate::operations::api_keys::use_api_key::{UseApiKeyError, verified};
use crate::operations::prelude::*;

#[derive(Debug)]
pub struct VerifyApiKey {
    pub key: PlainApiKey,
    /// The permissions that the use requires.
    pub permissions: Option<Permissions>,
    pub client_ip: String,
}

impl Core {
    /// Any client that has the key may verify it. Unknown keys count against the limit of the client's address (brute
    /// force); a client that verifies keys for many users may continue to verify keys that exist.
    pub async fn verify_api_key(&self, command: VerifyApiKey, now: Timestamp) -> Result<ApiKey, UseApiKeyError> {
        let guesses = self.counter(RateLimit::GUESS_API_KEY, &command.client_ip, now);
        let mut view = self
            .store
            .view_api_key(command.key.owner(), command.key.id(), Some(guesses))
            .await?;
        let guesses = view.guesses.take();
        match verified(view, &command.key, now) {
            Ok((key, _)) => self.use_api_key(key, command.permissions.as_ref(), now).await,
            Err(UseApiKeyError::Unknown) => {
                if let Some(guesses) = guesses {
                    self.count_failure(&guesses).await?;
                }
                Err(UseApiKeyError::Unknown)
            }
            Err(error) => Err(error),
        }
    }
}
