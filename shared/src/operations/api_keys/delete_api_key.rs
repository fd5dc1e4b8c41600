//! Deleting one of the caller's API keys, or all keys of a user.

use jiff::Timestamp;

use crate::domain::{ApiKeyId, UserId};
use crate::operations::api_keys::update_api_key::UpdateApiKeyError;
use crate::operations::prelude::*;
use crate::operations::sessions::assurance::{Assured, StepUp};
use crate::store::Changes;

/// How many keys are deleted in one commit.
const KEYS_PER_COMMIT: usize = 25;

impl Core {
    /// The key authenticates no further request.
    pub async fn delete_api_key(
        &self,
        caller: &Assured<StepUp>,
        id: ApiKeyId,
        now: Timestamp,
    ) -> Result<(), UpdateApiKeyError> {
        let mut attempts = self.attempts(caller, now).await?;
        loop {
            let changes = Changes::new().delete_api_key(caller.user.id, id);
            if attempts.commit(changes).await? {
                return Ok(());
            }
        }
    }

    /// For a deleted user. Keys without their owner authenticate no request, so keys that remain after a failure are
    /// harmless.
    pub(in crate::operations) async fn forget_api_keys(&self, user: UserId) {
        if let Err(error) = self.drop_api_keys(user).await {
            tracing::warn!(%error, user.id = %user, "API keys of a deleted user are left");
        }
    }

    pub(in crate::operations) async fn drop_api_keys(&self, user: UserId) -> Result<(), Interruption> {
        let keys = self.store.list_api_keys(user).await?;
        for chunk in keys.chunks(KEYS_PER_COMMIT) {
            let changes = chunk
                .iter()
                .fold(Changes::new(), |changes, key| changes.drop_api_key(user, key.id));
            self.store.commit(changes).await?;
        }
        Ok(())
    }
}
