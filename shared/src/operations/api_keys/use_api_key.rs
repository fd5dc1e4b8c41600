//! Taking one use of an API key, in two round trips: one reads the key and its owner, one takes the use under the
//! conditions of the decision.

use jiff::Timestamp;

use crate::domain::api_key::{KeyRefused, Permissions};
use crate::domain::user::AccountBlocked;
use crate::domain::{ApiKey, PlainApiKey, User};
use crate::operations::prelude::*;
use crate::store::{ApiKeyView, Conflict, Spent};

refusals! {
    pub enum UseApiKeyError {
        Unknown: Unauthenticated = "no user has such a key",
        OwnerGone: Unauthenticated = "the owner of the key is gone",
        Refused(#[from] KeyRefused): Unauthenticated = "{0}",
        /// A key from before the owner's second factor stands for no session until the owner has changed it in a session
        /// with the second factor: an attacker may have made it.
        OlderThanSecondFactor: Forbidden = "the key is older than its owner's second factor",
    }
    of {
        AccountBlocked(#[from] AccountBlocked) = "{0}",
    }
}

impl Core {
    /// Concurrent uses do not conflict, except where a window or a refill begins.
    pub(super) async fn use_api_key(
        &self,
        mut key: ApiKey,
        wanted: Option<&Permissions>,
        now: Timestamp,
    ) -> Result<ApiKey, UseApiKeyError> {
        let mut retries = self.retries(now);
        loop {
            // A deployment without a limit frees keys that were created while it had one.
            key.limit.enabled &= self.settings.api_key_limit.enabled;
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
