//! Requests to providers: bounded in time and size, never redirected, and over https unless the provider runs on this machine.

use std::pin::Pin;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use http::{Request, Response};
use http_body_util::{BodyExt, Limited};
use oauth2::AsyncHttpClient;
use serde::de::DeserializeOwned;
use tokio::time::timeout;
use url::Url;

use crate::outbound::{HttpsClient, client, is_confidential};

/// A page of a browser waits for it.
const PATIENCE: Duration = Duration::from_secs(5);
/// Key sets and profiles are a few kB.
const LONGEST_ANSWER: usize = 256 * 1024;

/// Made at its first use: most requests speak to no provider.
#[derive(Debug, Clone, Default)]
pub struct Fetch(Arc<OnceLock<HttpsClient>>);

#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    #[error("the URL is neither https nor of this machine")]
    Insecure,
    #[error("the request could not be made")]
    Request(#[from] http::Error),
    #[error("no answer")]
    Unreachable(#[from] hyper_util::client::legacy::Error),
    #[error("no answer in time")]
    Late(#[from] tokio::time::error::Elapsed),
    #[error("the answer broke off, or is too long")]
    Body(#[source] Box<dyn std::error::Error + Send + Sync>),
    #[error("status {0}")]
    Status(http::StatusCode),
    #[error("the answer is not what it should be")]
    Content(#[from] serde_json::Error),
    #[error("the request is no text")]
    NotText,
}

impl Fetch {
    pub fn new() -> Self {
        Self::default()
    }

    pub async fn send(&self, request: Request<Vec<u8>>) -> Result<Response<Vec<u8>>, FetchError> {
        let url = Url::parse(&request.uri().to_string()).map_err(|_| FetchError::Insecure)?;
        if !is_confidential(&url) {
            return Err(FetchError::Insecure);
        }
        let (parts, body) = request.into_parts();
        let body = String::from_utf8(body).map_err(|_| FetchError::NotText)?;
        timeout(PATIENCE, self.answer(Request::from_parts(parts, body))).await?
    }

    async fn answer(&self, request: Request<String>) -> Result<Response<Vec<u8>>, FetchError> {
        let answer = self.0.get_or_init(client).request(request).await?;
        let (parts, body) = answer.into_parts();
        let body = Limited::new(body, LONGEST_ANSWER)
            .collect()
            .await
            .map_err(FetchError::Body)?;
        Ok(Response::from_parts(parts, body.to_bytes().to_vec()))
    }

    /// The JSON at a URL, with a bearer token where one is needed.
    pub async fn json<T: DeserializeOwned>(&self, url: &Url, bearer: Option<&str>) -> Result<T, FetchError> {
        let mut request = Request::get(url.as_str())
            .header(http::header::ACCEPT, "application/json")
            // One of the providers answers nobody without a name.
            .header(http::header::USER_AGENT, "ostiary");
        if let Some(token) = bearer {
            request = request.header(http::header::AUTHORIZATION, format!("Bearer {token}"));
        }
        let answer = self.send(request.body(Vec::new())?).await?;
        if !answer.status().is_success() {
            return Err(FetchError::Status(answer.status()));
        }
        Ok(serde_json::from_slice(answer.body())?)
    }
}

/// For the crates that speak the protocols. `oauth2` and `openidconnect` share the trait.
impl<'c> AsyncHttpClient<'c> for Fetch {
    type Error = FetchError;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Vec<u8>>, FetchError>> + Send + 'c>>;

    fn call(&'c self, request: Request<Vec<u8>>) -> Self::Future {
        Box::pin(self.send(request))
    }
}
