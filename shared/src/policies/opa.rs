//! The REST API of an Open Policy Agent server: each organization's rules are one module, which one request replaces as
//! a whole, so that a failure leaves the module as it was.

use std::time::Duration;

use http::header::CONTENT_TYPE;
use http::{Method, Request, StatusCode};
use url::Url;

use crate::domain::OrganizationId;
use crate::outbound::{Outbound, OutboundError, is_confidential};

const TIMEOUT: Duration = Duration::from_secs(3);
/// Answers are short: an error lists the lines that do not compile.
const MAX_RESPONSE_BYTES: usize = 64 * 1024;

/// An OPA server. Clones share it.
#[derive(Debug, Clone)]
pub struct Opa {
    base: String,
    outbound: Outbound,
}

#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("OPA_URL: must be an https URL, or http on a loopback address")]
pub struct InvalidOpaUrl;

#[derive(Debug, thiserror::Error)]
#[error("the policy server did not accept the request: {0}")]
pub struct OpaError(#[from] OutboundError);

impl Opa {
    pub fn new(base: &str) -> Result<Self, InvalidOpaUrl> {
        let url = Url::parse(base).ok().filter(is_confidential).ok_or(InvalidOpaUrl)?;
        Ok(Self {
            base: url.as_str().trim_end_matches('/').to_owned(),
            outbound: Outbound::new(TIMEOUT, MAX_RESPONSE_BYTES),
        })
    }

    /// Replaces the module of the organization.
    pub async fn put(&self, organization: OrganizationId, module: String) -> Result<(), OpaError> {
        let path = format!("/v1/policies/ostiary/{organization}");
        self.send(Method::PUT, &path, module.into_bytes()).await
    }

    /// Whether the server answers that it is well.
    pub async fn is_healthy(&self) -> bool {
        let answer = self.send(Method::GET, "/health", Vec::new()).await;
        if let Err(error) = &answer {
            tracing::warn!(%error, "the policy server is not healthy");
        }
        answer.is_ok()
    }

    async fn send(&self, method: Method, path: &str, body: Vec<u8>) -> Result<(), OpaError> {
        let request = Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.base))
            .header(CONTENT_TYPE, "text/plain")
            .body(body)
            .map_err(OutboundError::from)?;
        match self.outbound.send(request).await?.status() {
            StatusCode::OK => Ok(()),
            status => Err(OutboundError::Status(status).into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_are_not_sent_in_the_clear() {
        assert!(Opa::new("https://opa.example.com").is_ok() && Opa::new("http://127.0.0.1:8181/").is_ok());
        for url in ["http://opa.example.com", "opa:8181", "ftp://127.0.0.1", ""] {
            assert_eq!(Opa::new(url).map(drop), Err(InvalidOpaUrl), "{url}");
        }
    }
}
