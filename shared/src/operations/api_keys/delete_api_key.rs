//! An API key ends, or all that a user has.

use jiff::Timestamp;

use crate::domain::{ApiKeyId, RateLimit, UserId};
use crate::operations::api_keys::update_api_key::UpdateApiKeyError;
use crate::operations::core::Core;
use crate::operations::interruption::Interruption;
use crate::operations::sessions::authenticate::Caller;
use crate::store::{Changes, CommitError, Conflict};

/// How many keys are deleted in one commit.
const KEYS_AT_ONCE: usize = 25;

impl Core {
    /// A key of the caller's own. From then on it opens nothing.
    pub async fn delete_api_key(&self, caller: &Caller, id: ApiKeyId, now: Timestamp) -> Result<(), UpdateApiKeyError> {
        caller.expect_in_person()?;
        self.limit_rate(RateLimit::USER, caller.user.id, now).await?;
        let changes = Changes::new().delete_api_key(caller.user.id, id);
        match self.store.commit(changes).await {
            Ok(()) => Ok(()),
            Err(CommitError::Conflict(Conflict::ApiKeyGone)) => Err(UpdateApiKeyError::Unknown),
            Err(error) => Err(error.into()),
        }
    }

    /// Of a user who is gone. Without their owner keys open nothing: what is left of them by a failure does no harm.
    pub(in crate::operations) async fn forget_api_keys(&self, user: UserId) {
        if let Err(error) = self.drop_api_keys(user).await {
            tracing::warn!(%error, "API keys of a deleted user are left behind");
        }
    }

    pub(in crate::operations) async fn drop_api_keys(&self, user: UserId) -> Result<(), Interruption> {
        let keys = self.store.list_api_keys(user).await?;
        for some in keys.chunks(KEYS_AT_ONCE) {
            let changes = some
                .iter()
                .fold(Changes::new(), |changes, key| changes.drop_api_key(user, key.id));
            self.store.commit(changes).await?;
        }
        Ok(())
    }
}
