//! Authenticating a request with an API key in place of a session. It takes one use of the key.

use jiff::Timestamp;

use crate::domain::session::{AuthenticationMethod, RefreshChain, SessionState};
use crate::domain::{ApiKey, ApiKeyId, PlainApiKey, Session, SessionId, User};
use crate::operations::api_keys::use_api_key::{UseApiKeyError, verified};
use crate::operations::prelude::*;
use crate::operations::sessions::open_session::Client;
use crate::store::StoreError;

impl Core {
    /// The contract that accepts API keys decides which operations the caller may use.
    pub async fn authenticate_api_key(
        &self,
        key: &PlainApiKey,
        client: &Client,
        now: Timestamp,
    ) -> Result<Caller, UseApiKeyError> {
        let view = self.store.view_api_key(key.owner(), key.id(), None).await?;
        let (key, user) = verified(view, key, now)?;
        if !key.is_trusted_by(&user) {
            return Err(UseApiKeyError::OlderThanSecondFactor);
        }
        let key = self.use_api_key(key, None, now).await?;
        let session = self.session_of_api_key(&key, &user, client, now);
        Ok(Caller::new(user, session, None))
    }

    /// The caller as currently stored, without a further use of the key. `None`: the key no longer authenticates.
    pub(in crate::operations) async fn reload_caller_of_key(
        &self,
        caller: &Caller,
        now: Timestamp,
    ) -> Result<Option<Caller>, StoreError> {
        let id = ApiKeyId::from_bytes(caller.session.id.to_bytes());
        let view = self.store.view_api_key(caller.user.id, id, None).await?;
        let key = view.key.filter(|key| {
            let is_valid = key.enabled && !key.is_expired(now);
            is_valid && key.hash == caller.session.hash
        });
        let owner = view.owner.filter(|owner| owner.admit(now).is_ok());
        Ok(key
            .zip(owner)
            .filter(|(key, user)| key.is_trusted_by(user))
            .map(|(_, user)| Caller::new(user, caller.session.clone(), None)))
    }

    /// A session for the time of the request. It is never stored, so a write that needs a stored session fails.
    fn session_of_api_key(&self, key: &ApiKey, user: &User, client: &Client, now: Timestamp) -> Session {
        let lifetime = self.session_lifetimes().remembered;
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
            device_name: None,
            active_organization: user.starting_organization(),
            active_team: None,
            methods: vec![AuthenticationMethod::ApiKey],
            impersonator: None,
            passkey: None,
            refresh: RefreshChain {
                family: key.hash,
                current: key.hash,
                replaced: None,
            },
        }
    }
}
