//! The metadata of an OpenID provider, with its keys (OpenID Connect Discovery 1.0). It is fetched at the first use,
//! and again after an hour, or when a token names an unknown key.

use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use jsonwebtoken::jwk::Jwk;
use openidconnect::core::{CoreClientAuthMethod, CoreProviderMetadata};
use openidconnect::{TokenUrl, UserInfoUrl};
use serde::Deserialize;
use serde_json::Value;
use tokio::sync::Mutex;
use tokio::time::timeout;
use url::Url;

use super::super::ProviderError;
use super::super::error::unavailable;
use super::super::fetch::Fetch;
use super::super::settings::ClientAuthentication;
use crate::domain::ProviderId;
use crate::domain::provider_url::{is_local_url, is_public_url};
use crate::outbound::OutboundError;

/// Metadata of this age is fetched again.
const MAX_FRESH_AGE: SignedDuration = SignedDuration::from_hours(1);
/// How long cached metadata is used while the provider is unavailable. It bounds how long a withdrawn key is accepted.
const MAX_STALE_AGE: SignedDuration = SignedDuration::from_hours(4);
/// The pause after a failed fetch while there is no metadata. Every sign-in at a provider that is down would wait for it
/// otherwise.
const RETRY_INTERVAL: SignedDuration = SignedDuration::from_secs(10);
/// The time for the document and the keys together. It is less than the time of a request, so that the failure is known
/// to the next one.
const TIMEOUT: Duration = Duration::from_secs(5);
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
    pub keys: Vec<Jwk>,
    /// Whether the provider always adds the parameter `iss` to its authorization responses (RFC 9207).
    pub names_itself: bool,
    /// The method of client authentication: the one that every server must support, unless this server does not list
    /// it.
    pub client_authentication: ClientAuthentication,
    read_at: Timestamp,
}

/// A JWK set (RFC 7517, section 5).
#[derive(Deserialize)]
struct KeySet {
    keys: Vec<Value>,
}

impl KeySet {
    /// Keys of kinds that are not understood are left out.
    fn usable(self) -> Vec<Jwk> {
        let keys = self.keys.into_iter();
        keys.filter_map(|key| serde_json::from_value(key).ok()).collect()
    }
}

#[derive(Debug, thiserror::Error)]
enum DiscoveryError {
    #[error(transparent)]
    Fetch(#[from] OutboundError),
    #[error("the document is not one of OpenID Connect Discovery")]
    Document(#[from] serde_json::Error),
    #[error("the document names another issuer")]
    Issuer,
    #[error("the document has a URL that is not permitted")]
    Insecure,
    #[error("the issuer is no URL")]
    Url(#[from] url::ParseError),
    #[error("the document and the keys did not come in time")]
    Timeout(#[from] tokio::time::error::Elapsed),
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
        // Requests that wait here share the fetch of the first one, and its failure.
        let mut state = self.state.lock().await;
        if let Some(known) = state.known_for(age, now) {
            return Ok(known);
        }
        let earlier = state.known_for(MAX_STALE_AGE, now);
        // A provider that just failed is not tried again yet.
        let pause = if earlier.is_some() {
            MIN_FETCH_INTERVAL
        } else {
            RETRY_INTERVAL
        };
        if state
            .failed_at
            .is_some_and(|failed_at| now.duration_since(failed_at) < pause)
        {
            return earlier.ok_or(ProviderError::Unavailable);
        }
        let read = timeout(TIMEOUT, self.read(now)).await;
        match read.map_err(DiscoveryError::from).flatten() {
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
        if !self.permits_places_of(&metadata) {
            return Err(DiscoveryError::Insecure);
        }
        let keys: KeySet = self.fetch.json(metadata.jwks_uri().url(), None).await?;
        Ok(Known {
            names_itself,
            client_authentication: client_authentication(&metadata),
            metadata,
            keys: keys.usable(),
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

    /// A remote provider must not make the service send requests into its own environment (SSRF), and no provider may
    /// send browsers to a script: the authorization page is a place like the others.
    fn permits_places_of(&self, metadata: &CoreProviderMetadata) -> bool {
        let authorization = Some(metadata.authorization_endpoint().url());
        let user_info = metadata.userinfo_endpoint().map(UserInfoUrl::url);
        let token = metadata.token_endpoint().map(TokenUrl::url);
        let places = [authorization, Some(metadata.jwks_uri().url()), token, user_info];
        places.into_iter().flatten().all(|place| self.permits(place))
    }

    fn permits(&self, place: &Url) -> bool {
        let Ok(issuer) = Url::parse(&self.issuer) else {
            return false;
        };
        let is_own_host = place.scheme() == "https" && place.host() == issuer.host();
        // An operator may have named an issuer by its address.
        let is_own = is_own_host && place.username().is_empty() && place.password().is_none();
        is_public_url(place) || is_own || (is_local_url(&issuer) && is_local_url(place))
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

#[cfg(test)]
mod tests {
    use super::*;

    fn permits(issuer: &str, place: &str) -> bool {
        let provider = ProviderId::parse("acme").expect("a name");
        let discovery = Discovery::new(provider, issuer.to_owned(), Fetch::new());
        discovery.permits(&Url::parse(place).expect("a URL"))
    }

    #[test]
    fn the_places_of_a_remote_provider_are_remote() {
        let remote = "https://login.example";
        for place in ["https://login.example/token", "https://tokens.example:8443/token"] {
            assert!(permits(remote, place), "{place}");
        }
        for place in [
            "http://login.example/token",
            "http://127.0.0.1/token",
            "https://127.0.0.1/token",
            "https://localhost/token",
            "https://a:b@login.example/token",
            "javascript:alert(1)",
            "data:text/html,x",
            "file:///etc/passwd",
        ] {
            assert!(!permits(remote, place), "{place}");
        }
    }

    #[test]
    fn an_issuer_that_an_operator_names_by_its_address_has_its_places_there() {
        assert!(permits("https://10.0.0.1", "https://10.0.0.1/token"));
        assert!(!permits("https://10.0.0.1", "https://10.0.0.2/token"));
        assert!(permits("http://127.0.0.1:4000", "http://127.0.0.1:4001/token"));
        assert!(!permits("http://127.0.0.1:4000", "javascript:alert(1)"));
    }
}
