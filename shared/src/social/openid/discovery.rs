//! The metadata of an OpenID provider, with its keys (OpenID Connect Discovery 1.0). It is fetched at the first use,
//! and again after an hour, or when a token names an unknown key.

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

/// Metadata of this age is fetched again.
const MAX_FRESH_AGE: SignedDuration = SignedDuration::from_hours(1);
/// How long cached metadata is used while the provider is unavailable. It bounds how long a withdrawn key is accepted.
const MAX_STALE_AGE: SignedDuration = SignedDuration::from_hours(4);
/// The minimal interval between fetches because of an unknown key, so that an attacker who invents key ids cannot cause
/// a fetch for each token.
const MIN_FETCH_INTERVAL: SignedDuration = SignedDuration::from_mins(1);

/// The tenant of personal accounts.
const CONSUMERS: &str = "/9188040d-6c67-4c5b-b112-36a304b66dad/";

/// The placeholder for the tenant in an issuer of many tenants.
pub const TENANT_PLACEHOLDER: &str = "{tenantid}";

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
    /// Whether the provider always adds the parameter `iss` to its authorization responses (RFC 9207).
    pub names_itself: bool,
    /// The method of client authentication: the one that every server must support, unless this server does not list
    /// it.
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
    #[error("the document has a URL that is not confidential")]
    Insecure,
    #[error("the issuer is no URL")]
    Url(#[from] url::ParseError),
    #[error("the keys cannot be parsed")]
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
        self.newer_than(MAX_FRESH_AGE, now).await
    }

    /// The metadata for a token with an unknown key.
    pub async fn refetched(&self, now: Timestamp) -> Result<Arc<Known>, ProviderError> {
        self.newer_than(MIN_FETCH_INTERVAL, now).await
    }

    async fn newer_than(&self, age: SignedDuration, now: Timestamp) -> Result<Arc<Known>, ProviderError> {
        let mut state = self.state.lock().await;
        if let Some(known) = state.known_for(age, now) {
            return Ok(known);
        }
        // A provider that just failed is not tried again yet.
        let is_down = state
            .failed_at
            .is_some_and(|failed_at| now.duration_since(failed_at) < MIN_FETCH_INTERVAL);
        let earlier = state.known_for(MAX_STALE_AGE, now);
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

    /// The document must name the issuer itself (section 4.3), or the issuer of all its tenants.
    fn is_of(&self, issuer: &str) -> bool {
        let place = format!("/{TENANT_PLACEHOLDER}/");
        let directories = [
            ("/common/", &*place),
            ("/organizations/", &place),
            ("/consumers/", CONSUMERS),
        ];
        let names = |(name, directory)| self.issuer.replacen(name, directory, 1) == issuer;
        issuer == self.issuer || directories.into_iter().any(names)
    }

    /// A remote provider must not make the service send requests to the loopback interface (SSRF).
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
