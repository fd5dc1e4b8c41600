//! A new API key of the caller's.

use jiff::Timestamp;

use crate::domain::api_key::KeyTerms;
use crate::domain::{ApiKey, PlainApiKey, RateLimit};
use crate::operations::core::Core;
use crate::operations::interruption::Interruption;
use crate::operations::interruption::interruptible;
use crate::operations::sessions::authenticate::Caller;
use crate::store::{Changes, CommitError, Conflict};

#[derive(Debug)]
pub struct CreatedApiKey {
    pub key: ApiKey,
    /// To be shown now: it cannot be found out later.
    pub text: PlainApiKey,
}

#[derive(Debug, thiserror::Error)]
pub enum CreateApiKeyError {
    #[error("the user has as many keys as a listing bears")]
    TooManyKeys,
    /// A key lasts longer than the session that makes it, and asks for no second factor.
    #[error("the second factor was not shown for this session")]
    SecondFactorNotShown,
    #[error("the session was ended meanwhile")]
    SessionGone,
    #[error(transparent)]
    Interrupted(#[from] Interruption),
}

interruptible!(CreateApiKeyError);

/// A listing shows all of them, of up to 2.5 KB each, in one answer.
const MAX_KEYS: usize = 100;
/// How often user and keys are looked at again when another request was writing them.
const ROUNDS: usize = 20;

impl Core {
    /// Contracts let their clients choose some of the terms; the rest are for programs that call this.
    pub async fn create_api_key(
        &self,
        caller: &Caller,
        terms: KeyTerms,
        now: Timestamp,
    ) -> Result<CreatedApiKey, CreateApiKeyError> {
        caller.expect_in_person()?;
        self.limit_rate(RateLimit::USER, caller.user.id, now).await?;
        let text = PlainApiKey::generate(terms.prefix.as_ref(), caller.user.id, &*self.entropy);
        let key = ApiKey::new(&text, terms, now);
        let mut caller = caller.clone();
        for _ in 0..ROUNDS {
            if !caller.session.may_manage_credentials(&caller.user) {
                return Err(CreateApiKeyError::SecondFactorNotShown);
            }
            let (keys, edition) = self.store.list_api_keys_to_add(caller.user.id).await?;
            if keys.iter().filter(|key| !key.is_expired(now)).count() >= MAX_KEYS {
                return Err(CreateApiKeyError::TooManyKeys);
            }
            // A session that is being ended must not leave a key behind.
            let changes = Changes::new()
                .create_api_key(&key)
                .raise_api_keys_edition(caller.user.id, edition, now)
                .expect_user(&caller.user);
            match self.store.commit(changes).await {
                Ok(()) => return Ok(CreatedApiKey { key, text }),
                Err(CommitError::Conflict(Conflict::ApiKeysMoved)) => {}
                Err(CommitError::Conflict(Conflict::UserMoved)) => {
                    let again = self.look_again(&caller, now).await?;
                    caller = again.ok_or(CreateApiKeyError::SessionGone)?;
                }
                Err(error) => return Err(error.into()),
            }
        }
        Err(Interruption::Unavailable.into())
    }
}
