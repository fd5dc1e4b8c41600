//! What an OpenID provider says of itself, its keys among it (OpenID Connect Discovery 1.0). It is read at first use, and again after an
//! hour, or when a token names a key that was not there.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use openidconnect::core::{CoreClientAuthMethod, CoreJsonWebKeySet, CoreProviderMetadata};
use serde::Deserialize;
use serde_json::Value;
use tokio::sync::Mutex;
use url::Url;

use super::super::ProviderError;
use super::super::error::unavailable;
use super::super::fetch::{Fetch, FetchError};
use super::super::settings::ClientAuthentication;
use crate::domain::ProviderId;

const FRESH_FOR: SignedDuration = SignedDuration::from_hours(1);
/// How soon after a reading an unknown key causes another one: whoever makes up keys must not make us read all the time.
const AT_MOST_EVERY: SignedDuration = SignedDuration::from_mins(1);

/// Where the issuer stands for many, this is the place of the directory in it.
pub const DIRECTORY: &str = "{tenantid}";

pub struct Discovery {
    provider: ProviderId,
    issuer: String,
    fetch: Fetch,
    known: Mutex<Option<Arc<Known>>>,
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
    Fetch(#[from] FetchError),
    #[error("the document is not one of OpenID Connect Discovery")]
    Document(#[from] serde_json::Error),
    #[error("the document names another issuer")]
    Issuer,
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
            known: Mutex::default(),
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
        let mut known = self.known.lock().await;
        if let Some(known) = known.as_ref().filter(|known| now.duration_since(known.read_at) < age) {
            return Ok(Arc::clone(known));
        }
        let read = self.read(now).await;
        let read = Arc::new(read.map_err(|error| unavailable(&self.provider, "discovery", &error))?);
        *known = Some(Arc::clone(&read));
        Ok(read)
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
        let directories = ["/common/", "/organizations/", "/consumers/"];
        let place = format!("/{DIRECTORY}/");
        issuer == self.issuer
            || directories
                .iter()
                .any(|name| self.issuer.replacen(name, &place, 1) == issuer)
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
