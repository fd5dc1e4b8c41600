//! Taking one use of an API key, in two round trips: one reads the key and its owner, one takes the use under the
//! conditions of the decision.

use jiff::Timestamp;

use crate::domain::api_key::{KeyRefused, Permissions};
use crate::domain::user::Barred;
use crate::domain::{ApiKey, PlainApiKey, User};
use crate::operations::core::Core;
use crate::operations::interruption::Interruption;
use crate::operations::refusal::refusals;
use crate::store::{ApiKeyView, Conflict, Spent};

#[derive(Debug, thiserror::Error)]
pub enum UseApiKeyError {
    #[error("no user has such a key")]
    Unknown,
    #[error("the owner of the key is gone")]
    OwnerGone,
    #[error(transparent)]
    Barred(#[from] Barred),
    #[error(transparent)]
    Refused(#[from] KeyRefused),
    #[error(transparent)]
    Interrupted(#[from] Interruption),
}

refusals!(UseApiKeyError {
    Unknown: Unauthenticated,
    OwnerGone: Unauthenticated,
    Refused: Unauthenticated,
} of Barred);

impl Core {
    /// Uses at the same time do not conflict, except where a window or a refill begins.
    pub(super) async fn use_api_key(
        &self,
        mut key: ApiKey,
        wanted: Option<&Permissions>,
        now: Timestamp,
    ) -> Result<ApiKey, UseApiKeyError> {
        let mut retries = self.retries(now);
        loop {
            let spending = key.spend(wanted, now)?;
            match self.store.spend_api_key(&key, &spending, now).await? {
                Spent::Done(spent) => return Ok(spent),
                Spent::Moved(Some(newer)) => key = newer,
                Spent::Moved(None) => return Err(UseApiKeyError::Unknown),
            }
            retries.back_off(Conflict::ApiKeyMoved).await?;
        }
    }
}

/// The key that was presented, and its owner, who must be allowed to sign in.
pub(super) fn verified(
    view: ApiKeyView,
    presented: &PlainApiKey,
    now: Timestamp,
) -> Result<(ApiKey, User), UseApiKeyError> {
    let key = view.key.filter(|key| presented.is_of(&key.hash));
    let key = key.ok_or(UseApiKeyError::Unknown)?;
    let owner = view.owner.ok_or(UseApiKeyError::OwnerGone)?;
    owner.admit(now)?;
    Ok((key, owner))
}
