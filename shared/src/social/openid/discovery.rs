//! What an OpenID provider says of itself, its keys among it (OpenID Connect Discovery 1.0). It is read at first use, and again after an
//! hour, or when a token names a key that was not there.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use openidconnect::core::{CoreClientAuthMethod, CoreJsonWebKeySet, CoreProviderMetadata};
use openidconnect::{TokenUrl, UserInfoUrl};
use serde::Deserialize;
use serde_json::Value;
use tokio::sync::Mutex;
use url::Url;

use super::super::ProviderError;
use super::super::error::unavailable;
use super::super::fetch::Fetch;
use super::super::settings::ClientAuthentication;
use crate::domain::ProviderId;
use crate::outbound::OutboundError;

const FRESH_FOR: SignedDuration = SignedDuration::from_hours(1);
/// How long what was read serves while the provider cannot be reached: nobody signs in by a key that it withdrew longer ago.
const GOOD_FOR: SignedDuration = SignedDuration::from_hours(4);
/// How soon after a reading, or an attempt at one, an unknown key causes another one: whoever makes up keys must not make us read all the time.
const AT_MOST_EVERY: SignedDuration = SignedDuration::from_mins(1);

/// The directory of those who have no other.
const CONSUMERS: &str = "/9188040d-6c67-4c5b-b112-36a304b66dad/";

/// Where the issuer stands for many, this is the place of the directory in it.
pub const DIRECTORY: &str = "{tenantid}";

pub struct Discovery {
    provider: ProviderId,
    issuer: String,
    fetch: Fetch,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    known: Option<Arc<Known>>,
    failed_at: Option<Timestamp>,
}

#[derive(Debug)]
pub struct Known {
    pub metadata: CoreProviderMetadata,
    /// The provider always names itself when it sends a browser back (RFC 9207).
    pub names_itself: bool,
    /// Of the two ways to authenticate a client the one that every server must know, unless this one says that it does not.
    pub client_authentication: ClientAuthentication,
    read_at: Timestamp,
}

#[derive(Debug, thiserror::Error)]
enum DiscoveryError {
    #[error(transparent)]
    Fetch(#[from] OutboundError),
    #[error("the document is not one of OpenID Connect Discovery")]
    Document(#[from] serde_json::Error),
    #[error("the document names another issuer")]
    Issuer,
    #[error("the document leads to a place that is not confidential")]
    Insecure,
    #[error("the issuer is no URL")]
    Url(#[from] url::ParseError),
    #[error("the keys cannot be read")]
    Keys,
}

impl Discovery {
    pub fn new(provider: ProviderId, issuer: String, fetch: Fetch) -> Self {
        Self {
            provider,
            issuer,
            fetch,
            state: Mutex::default(),
        }
    }

    pub async fn known(&self, now: Timestamp) -> Result<Arc<Known>, ProviderError> {
        self.newer_than(FRESH_FOR, now).await
    }

    /// For a token whose key is not among those that are known.
    pub async fn known_anew(&self, now: Timestamp) -> Result<Arc<Known>, ProviderError> {
        self.newer_than(AT_MOST_EVERY, now).await
    }

    async fn newer_than(&self, age: SignedDuration, now: Timestamp) -> Result<Arc<Known>, ProviderError> {
        let mut state = self.state.lock().await;
        if let Some(known) = state.known_for(age, now) {
            return Ok(known);
        }
        // Nobody waits for a provider that was down a moment ago.
        let is_down = state
            .failed_at
            .is_some_and(|failed_at| now.duration_since(failed_at) < AT_MOST_EVERY);
        let earlier = state.known_for(GOOD_FOR, now);
        if let Some(known) = earlier.clone().filter(|_| is_down) {
            return Ok(known);
        }
        match self.read(now).await {
            Ok(read) => {
                let read = Arc::new(read);
                *state = State {
                    known: Some(Arc::clone(&read)),
                    failed_at: None,
                };
                Ok(read)
            }
            Err(error) => {
                state.failed_at = Some(now);
                let error = unavailable(&self.provider, "discovery", &error);
                earlier.ok_or(error)
            }
        }
    }

    async fn read(&self, now: Timestamp) -> Result<Known, DiscoveryError> {
        let base = self.issuer.trim_end_matches('/');
        let url = Url::parse(&format!("{base}/.well-known/openid-configuration"))?;
        let document: Value = self.fetch.json(&url, None).await?;
        let names_itself = document["authorization_response_iss_parameter_supported"] == Value::Bool(true);
        let metadata = CoreProviderMetadata::deserialize(document)?;
        if !self.is_of(metadata.issuer().as_str()) {
            return Err(DiscoveryError::Issuer);
        }
        if !self.is_confidential(&metadata) {
            return Err(DiscoveryError::Insecure);
        }
        let keys = CoreJsonWebKeySet::fetch_async(metadata.jwks_uri(), &self.fetch).await;
        Ok(Known {
            names_itself,
            client_authentication: client_authentication(&metadata),
            metadata: metadata.clone().set_jwks(keys.map_err(|_| DiscoveryError::Keys)?),
            read_at: now,
        })
    }

    /// The document must be the issuer's own (section 4.3), or be that of all its directories.
    fn is_of(&self, issuer: &str) -> bool {
        let place = format!("/{DIRECTORY}/");
        let directories = [
            ("/common/", &*place),
            ("/organizations/", &place),
            ("/consumers/", CONSUMERS),
        ];
        let names = |(name, directory)| self.issuer.replacen(name, directory, 1) == issuer;
        issuer == self.issuer || directories.into_iter().any(names)
    }

    /// A provider elsewhere must not have us ask this machine, on which there is more than providers.
    fn is_confidential(&self, metadata: &CoreProviderMetadata) -> bool {
        let user_info = metadata.userinfo_endpoint().map(UserInfoUrl::url);
        let token = metadata.token_endpoint().map(TokenUrl::url);
        let places = [Some(metadata.jwks_uri().url()), token, user_info];
        self.issuer.starts_with("http://") || places.into_iter().flatten().all(|place| place.scheme() == "https")
    }
}

impl State {
    fn known_for(&self, age: SignedDuration, now: Timestamp) -> Option<Arc<Known>> {
        let known = self.known.as_ref();
        known.filter(|known| now.duration_since(known.read_at) < age).cloned()
    }
}

fn client_authentication(metadata: &CoreProviderMetadata) -> ClientAuthentication {
    let methods = metadata.token_endpoint_auth_methods_supported();
    let (basic, post) = (
        CoreClientAuthMethod::ClientSecretBasic,
        CoreClientAuthMethod::ClientSecretPost,
    );
    match methods {
        Some(methods) if methods.contains(&post) && !methods.contains(&basic) => ClientAuthentication::Post,
        _ => ClientAuthentication::Basic,
    }
}
