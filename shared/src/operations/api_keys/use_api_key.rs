//! Using an API key: to hear what it is good for, or in place of a session. Either takes one use of it, in two round trips: one
//! reads the key and its owner, one takes the use under the conditions that it was decided upon.

use jiff::Timestamp;

use crate::domain::api_key::{KeyRefused, Permissions};
use crate::domain::session::{AuthenticationMethod, RefreshChain, SessionState};
use crate::domain::user::Barred;
use crate::domain::{ApiKey, ApiKeyId, PlainApiKey, RateLimit, Session, SessionId, User, Window};
use crate::operations::core::Core;
use crate::operations::interruption::Interruption;
use crate::operations::interruption::interruptible;
use crate::operations::limit_rate::too_many;
use crate::operations::sessions::authenticate::Caller;
use crate::operations::sessions::issue_tokens::Client;
use crate::store::{ApiKeyView, Spent, StoreError};

#[derive(Debug)]
pub struct VerifyApiKey {
    pub key: PlainApiKey,
    /// What the key is to be used for.
    pub permissions: Option<Permissions>,
    pub client_ip: String,
}

#[derive(Debug, thiserror::Error)]
pub enum UseApiKeyError {
    #[error("nobody has such a key")]
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

interruptible!(UseApiKeyError);

/// How often a use is decided upon anew. Uses do not get into each other's way, but where a window or a refill begins.
const ROUNDS: usize = 8;

impl Core {
    /// Whoever has a key may ask. Keys that nobody has are counted, so that asking about them does not go on for ever; a client that
    /// asks for many people is not kept from asking about those that exist.
    pub async fn verify_api_key(&self, command: VerifyApiKey, now: Timestamp) -> Result<ApiKey, UseApiKeyError> {
        let window = RateLimit::GUESS_API_KEY.window(&command.client_ip, now);
        let view = self
            .store
            .view_api_key(command.key.owner(), command.key.id(), Some(&window))
            .await?;
        let hits = view.hits;
        match known(view, &command.key, now) {
            Ok((key, _)) => self.spend(key, command.permissions.as_ref(), now).await,
            Err(UseApiKeyError::Unknown) => {
                self.count_guess(&window, hits, now).await?;
                Err(UseApiKeyError::Unknown)
            }
            Err(error) => Err(error),
        }
    }

    /// A key in place of a session. What its caller may do then, the contract says that lets keys in.
    pub async fn authenticate_api_key(
        &self,
        key: &PlainApiKey,
        client: &Client,
        now: Timestamp,
    ) -> Result<Caller, UseApiKeyError> {
        let view = self.store.view_api_key(key.owner(), key.id(), None).await?;
        let (key, user) = known(view, key, now)?;
        let key = self.spend(key, None, now).await?;
        let session = self.stand_in(&key, &user, client, now);
        Ok(Caller::new(user, session, None))
    }

    /// The caller as of now, without a further use of the key; `None` when it opens nothing any more.
    pub(in crate::operations) async fn reload_caller_of_key(
        &self,
        caller: &Caller,
        now: Timestamp,
    ) -> Result<Option<Caller>, StoreError> {
        let id = ApiKeyId::from_bytes(caller.session.id.to_bytes());
        let view = self.store.view_api_key(caller.user.id, id, None).await?;
        let key = view.key.filter(|key| {
            let is_good = key.enabled && !key.is_expired(now);
            is_good && key.hash == caller.session.hash
        });
        let owner = view.owner.filter(|owner| owner.admit(now).is_ok());
        Ok(key
            .and(owner)
            .map(|user| Caller::new(user, caller.session.clone(), None)))
    }

    async fn spend(
        &self,
        mut key: ApiKey,
        wanted: Option<&Permissions>,
        now: Timestamp,
    ) -> Result<ApiKey, UseApiKeyError> {
        for _ in 0..ROUNDS {
            let spending = key.spend(wanted, now)?;
            match self.store.spend_api_key(&key, &spending, now).await? {
                Spent::Done(spent) => return Ok(spent),
                Spent::Moved(Some(newer)) => key = newer,
                Spent::Moved(None) => return Err(UseApiKeyError::Unknown),
            }
        }
        Err(Interruption::Unavailable.into())
    }

    async fn count_guess(&self, window: &Window, hits: u32, now: Timestamp) -> Result<(), Interruption> {
        if self.settings.rate_limits && (hits >= window.limit.max || !self.store.count(window).await?) {
            return Err(too_many(window, now));
        }
        Ok(())
    }

    /// Lasts as long as the request. It is never stored, and no write that needs a session finds one by it.
    fn stand_in(&self, key: &ApiKey, user: &User, client: &Client, now: Timestamp) -> Session {
        let lifetime = self.settings.sessions.remembered;
        Session {
            id: SessionId::from_bytes(key.id.to_bytes()),
            user_id: user.id,
            state: SessionState::Active,
            hash: key.hash,
            generation: user.session_generation,
            trust_generation: user.trust_generation,
            created_at: now,
            updated_at: now,
            expires_at: key.expires_at.unwrap_or(now + lifetime),
            remember_me: false,
            ip_address: client.ip.clone(),
            user_agent: client.user_agent.clone(),
            active_organization: user.starting_organization(),
            active_team: None,
            methods: vec![AuthenticationMethod::ApiKey],
            impersonator: None,
            refresh: RefreshChain {
                family: key.hash,
                current: key.hash,
                replaced: None,
            },
        }
    }
}

/// The key that was presented and its owner, who must be one that may sign in.
fn known(view: ApiKeyView, presented: &PlainApiKey, now: Timestamp) -> Result<(ApiKey, User), UseApiKeyError> {
    let key = view.key.filter(|key| presented.is_of(&key.hash));
    let key = key.ok_or(UseApiKeyError::Unknown)?;
    let owner = view.owner.ok_or(UseApiKeyError::OwnerGone)?;
    owner.admit(now)?;
    Ok((key, owner))
}
