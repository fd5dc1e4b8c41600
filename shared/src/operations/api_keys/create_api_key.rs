//! Creating an API key for the caller.

use jiff::Timestamp;

use crate::domain::api_key::KeyTerms;
use crate::domain::{ApiKey, CredentialChange, PlainApiKey};
use crate::operations::prelude::*;
use crate::operations::sessions::assurance::{Assured, StepUp};
use crate::store::Changes;

#[derive(Debug)]
pub struct CreatedApiKey {
    pub key: ApiKey,
    /// Shown once: only its hash is stored.
    pub text: PlainApiKey,
}

refusals! {
    pub enum CreateApiKeyError {
        TooManyKeys: Limit = "the user has the maximum number of keys",
    }
}

/// One response lists all of them, of up to 2.5 KB each.
const MAX_KEYS: u64 = 100;

impl Core {
    /// Contracts let their clients choose some of the terms; the rest are for programs that call this.
    pub async fn create_api_key(
        &self,
        caller: &Assured<StepUp>,
        terms: KeyTerms,
        now: Timestamp,
    ) -> Result<CreatedApiKey, CreateApiKeyError> {
        let mut attempts = self.attempts(caller, now).await?;
        let text = PlainApiKey::generate(terms.prefix.as_ref(), caller.user.id, &*self.entropy);
        let key = ApiKey::new(&text, terms, caller.user.trust_generation, now);
        let notice = self.credential_notice(caller.user.id, CredentialChange::ApiKeyCreated, now);
        loop {
            let caller = attempts.caller();
            let (keys, edition) = self.store.list_api_keys_to_add(caller.user.id).await?;
            let valid = keys.iter().filter(|key| !key.is_expired(now)).count() as u64;
            let room = MAX_KEYS.saturating_sub(valid);
            if room == 0 {
                return Err(CreateApiKeyError::TooManyKeys);
            }
            let changes = Changes::new()
                .create_api_key(&key)
                .raise_api_keys_edition(caller.user.id, edition, room, now)
                .enqueue(&notice);
            if attempts.commit(changes).await? {
                return Ok(CreatedApiKey { key, text });
            }
        }
    }
}
