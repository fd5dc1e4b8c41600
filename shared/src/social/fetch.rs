//! Requests to providers, for our own code and for the crates that implement the protocols.

use std::pin::Pin;
use std::time::Duration;

use http::{Request, Response, header};
use oauth2::AsyncHttpClient;
use serde::de::DeserializeOwned;
use url::Url;

use crate::outbound::{Outbound, OutboundError};

/// A browser waits for the page that needs the response.
const TIMEOUT: Duration = Duration::from_secs(5);
/// Key sets and profiles are a few kB.
const MAX_RESPONSE_BYTES: usize = 256 * 1024;

#[derive(Debug, Clone)]
pub struct Fetch(Outbound);

impl Fetch {
    pub fn new() -> Self {
        Self(Outbound::new(TIMEOUT, MAX_RESPONSE_BYTES).guarding_names())
    }

    /// The JSON at a URL, with a bearer token where one is needed.
    pub async fn json<T: DeserializeOwned>(&self, url: &Url, bearer: Option<&str>) -> Result<T, OutboundError> {
        let mut request = Request::get(url.as_str())
            .header(header::ACCEPT, "application/json")
            // GitHub refuses requests without a user agent.
            .header(header::USER_AGENT, "ostiary");
        if let Some(token) = bearer {
            request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
        }
        self.0.json(request.body(Vec::new())?).await
    }
}

/// `oauth2` and `openidconnect` share this trait.
impl<'c> AsyncHttpClient<'c> for Fetch {
    type Error = OutboundError;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Vec<u8>>, OutboundError>> + Send + 'c>>;

    fn call(&'c self, request: Request<Vec<u8>>) -> Self::Future {
        Box::pin(self.0.send(request))
    }
}
