//! Listing a user's API keys. Expired keys are left out, whether or not DynamoDB has deleted them yet.

use jiff::Timestamp;

use crate::domain::{ApiKey, ApiKeyId, UserId};
use crate::operations::prelude::*;

impl Core {
    /// Oldest first.
    pub async fn list_api_keys(&self, user: UserId, now: Timestamp) -> Result<Vec<ApiKey>, Interruption> {
        let mut keys = self.store.list_api_keys(user).await?;
        keys.retain(|key| !key.is_expired(now));
        keys.sort_by_key(|key| (key.created_at, key.id));
        Ok(keys)
    }

    /// `None`: the user has no such key; another user may have one.
    pub async fn find_api_key(
        &self,
        user: UserId,
        id: ApiKeyId,
        now: Timestamp,
    ) -> Result<Option<ApiKey>, Interruption> {
        let key = self.store.find_api_key(user, id).await?;
        Ok(key.filter(|key| !key.is_expired(now)))
    }
}
