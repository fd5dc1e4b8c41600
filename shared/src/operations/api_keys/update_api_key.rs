//! Changing one of the caller's API keys. The change takes effect at the next use.

use jiff::Timestamp;

use crate::domain::api_key::{KeyChange, KeyLifetime, KeyName, Metadata};
use crate::domain::{ApiKey, ApiKeyId, Patch};
use crate::operations::prelude::*;
use crate::operations::sessions::assurance::{Assured, StepUp};
use crate::store::Changes;

/// Absent fields keep their value.
#[derive(Debug, Default)]
pub struct UpdateApiKey {
    pub name: Option<KeyName>,
    pub enabled: Option<bool>,
    /// Relative to the time of the request.
    pub lifetime: Patch<KeyLifetime>,
    pub metadata: Patch<Metadata>,
}

refusals! {
    pub enum UpdateApiKeyError {
        Unknown: NotFound on ApiKeyGone = "the caller has no such key",
    }
}

impl Core {
    /// Uses of the key at the same time change other attributes, so neither undoes the other.
    pub async fn update_api_key(
        &self,
        caller: &Assured<StepUp>,
        id: ApiKeyId,
        command: UpdateApiKey,
        now: Timestamp,
    ) -> Result<ApiKey, UpdateApiKeyError> {
        let mut attempts = self.attempts(caller, now).await?;
        loop {
            let caller = attempts.caller();
            let change = KeyChange {
                name: command.name.clone(),
                enabled: command.enabled,
                expires_at: command.lifetime.map(|lifetime| lifetime.from(now)),
                metadata: command.metadata.clone(),
                trust_generation: caller.user.trust_generation,
            };
            let changes = Changes::new().change_api_key(caller.user.id, id, &change, now);
            if attempts.commit(changes).await? {
                break;
            }
        }
        let changed = self.store.find_api_key(caller.user.id, id).await?;
        changed.ok_or(UpdateApiKeyError::Unknown)
    }
}
