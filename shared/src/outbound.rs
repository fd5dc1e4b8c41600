//! HTTP requests to servers other than AWS services: captcha providers, identity providers, the list of breached
//! passwords, and SNS for certificates.
//!
//! Every request is bounded in time, and its response in size. Requests go over https, except to a loopback address or
//! where plain http is allowed explicitly. Redirects are not followed, because they would carry a secret to another
//! server; a redirect is a response like any other.

mod resolver;

use std::error::Error;
use std::fmt;
use std::io::Cursor;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use http::{Request, Response, StatusCode};
use http_body_util::{BodyExt, Full, Limited};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use serde::de::DeserializeOwned;
use tokio::time::timeout;
use url::{Host, Url};

use resolver::Resolver;

type HttpsClient = Client<HttpsConnector<HttpConnector<Resolver>>, Full<Cursor<Vec<u8>>>>;

/// Sends requests. The client is built at the first use, because most invocations of a function send none. Clones share
/// it.
#[derive(Clone)]
pub struct Outbound {
    timeout: Duration,
    max_response_bytes: usize,
    allows_plain_http: bool,
    guards_names: bool,
    client: Arc<OnceLock<HttpsClient>>,
}

/// Why there is no response, or no usable one.
#[derive(Debug, thiserror::Error)]
pub enum OutboundError {
    #[error("the URL is neither https nor on a loopback address")]
    Insecure,
    #[error("the request cannot be built")]
    Request(#[from] http::Error),
    #[error("the exchange failed")]
    Exchange(#[from] hyper_util::client::legacy::Error),
    #[error("no response in time")]
    Timeout(#[from] tokio::time::error::Elapsed),
    #[error("the response is too long or broke off")]
    Body(#[source] Box<dyn Error + Send + Sync>),
    #[error("status {0}")]
    Status(StatusCode),
    #[error("the response is not of the documented form")]
    Json(#[from] serde_json::Error),
}

impl Outbound {
    /// `timeout` bounds the whole exchange, to the last byte of the response.
    pub fn new(timeout: Duration, max_response_bytes: usize) -> Self {
        Self {
            timeout,
            max_response_bytes,
            allows_plain_http: false,
            guards_names: false,
            client: Arc::default(),
        }
    }

    /// For public content that is authenticated by other means, such as the certificates of certificate authorities.
    #[must_use]
    pub fn allowing_plain_http(self) -> Self {
        Self {
            allows_plain_http: true,
            ..self
        }
    }

    /// For servers that an administrator names: no name leads into the environment of the service (SSRF).
    #[must_use]
    pub fn guarding_names(self) -> Self {
        Self {
            guards_names: true,
            ..self
        }
    }

    pub async fn send(&self, request: Request<Vec<u8>>) -> Result<Response<Vec<u8>>, OutboundError> {
        let url = Url::parse(&request.uri().to_string()).map_err(|_| OutboundError::Insecure)?;
        let is_allowed = is_confidential(&url) || (self.allows_plain_http && url.scheme() == "http");
        if !is_allowed {
            return Err(OutboundError::Insecure);
        }
        timeout(self.timeout, self.exchange(request)).await?
    }

    /// The JSON of a response whose status is a success.
    pub async fn json<T: DeserializeOwned>(&self, request: Request<Vec<u8>>) -> Result<T, OutboundError> {
        let response = self.send(request).await?;
        if !response.status().is_success() {
            return Err(OutboundError::Status(response.status()));
        }
        Ok(serde_json::from_slice(response.body())?)
    }

    async fn exchange(&self, request: Request<Vec<u8>>) -> Result<Response<Vec<u8>>, OutboundError> {
        let request = request.map(|body| Full::new(Cursor::new(body)));
        let (head, body) = self
            .client
            .get_or_init(|| client(self.guards_names))
            .request(request)
            .await?
            .into_parts();
        let body = Limited::new(body, self.max_response_bytes).collect().await;
        let body = body.map_err(OutboundError::Body)?;
        Ok(Response::from_parts(head, body.to_bytes().to_vec()))
    }
}

impl fmt::Debug for Outbound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Outbound")
            .field("timeout", &self.timeout)
            .field("max_response_bytes", &self.max_response_bytes)
            .finish_non_exhaustive()
    }
}

/// Whether a secret may be sent to the URL: over https, or to a loopback address.
pub fn is_confidential(url: &Url) -> bool {
    url.scheme() == "https" || (url.scheme() == "http" && is_loopback(url))
}

/// Only addresses count: a resolver decides where a name leads.
fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(_)) | None => false,
    }
}

fn client(guards_names: bool) -> HttpsClient {
    let mut http = HttpConnector::new_with_resolver(Resolver::new(guards_names));
    // The connector around it allows both schemes.
    http.enforce_http(false);
    let connector = HttpsConnectorBuilder::new()
        .with_provider_and_webpki_roots(rustls::crypto::ring::default_provider())
        .expect("ring supports the protocol versions that are built in")
        .https_or_http()
        .enable_http1()
        .wrap_connector(http);
    // No connection is kept: between two requests the execution environment may be frozen, and the server may close it.
    Client::builder(TokioExecutor::new())
        .pool_max_idle_per_host(0)
        .build(connector)
}

#[cfg(test)]
mod tests {
    use axum::Router;
    use axum::response::Redirect;
    use axum::routing::{get, post};
    use serde_json::Value;
    use tokio::net::TcpListener;

    use super::*;

    const MAX_RESPONSE_BYTES: usize = 1024;

    fn outbound() -> Outbound {
        Outbound::new(Duration::from_millis(500), MAX_RESPONSE_BYTES)
    }

    fn request(url: &str) -> Request<Vec<u8>> {
        Request::get(url).body(Vec::new()).unwrap()
    }

    async fn server() -> String {
        let router = Router::new()
            .route("/json", get(|| async { r#"{"a": 1}"# }))
            .route("/echo", post(|body: axum::body::Bytes| async { body }))
            .route("/redirect", get(|| async { Redirect::temporary("/json") }))
            .route("/full", get(|| async { "x".repeat(MAX_RESPONSE_BYTES) }))
            .route("/long", get(|| async { "x".repeat(MAX_RESPONSE_BYTES + 1) }))
            .route("/silent", get(std::future::pending::<()>));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async { axum::serve(listener, router).await });
        format!("http://{address}")
    }

    #[tokio::test]
    async fn bodies_are_sent_and_received_as_they_are() {
        let server = server().await;
        let body = vec![0, 0xff, b'a'];
        let request = Request::post(format!("{server}/echo")).body(body.clone()).unwrap();
        assert_eq!(outbound().send(request).await.unwrap().into_body(), body);
        let json: Value = outbound().json(request_of(&server, "/json")).await.unwrap();
        assert_eq!(json["a"], 1);
    }

    fn request_of(server: &str, path: &str) -> Request<Vec<u8>> {
        request(&format!("{server}{path}"))
    }

    #[tokio::test]
    async fn a_redirect_is_a_response() {
        let server = server().await;
        let response = outbound().send(request_of(&server, "/redirect")).await.unwrap();
        assert_eq!(response.status(), StatusCode::TEMPORARY_REDIRECT);
        let json = outbound().json::<Value>(request_of(&server, "/redirect")).await;
        assert!(matches!(
            json,
            Err(OutboundError::Status(StatusCode::TEMPORARY_REDIRECT))
        ));
    }

    #[tokio::test]
    async fn responses_are_bounded_in_size_and_time() {
        let server = server().await;
        let full = outbound().send(request_of(&server, "/full")).await.unwrap();
        assert_eq!(full.body().len(), MAX_RESPONSE_BYTES);
        let long = outbound().send(request_of(&server, "/long")).await;
        assert!(matches!(long, Err(OutboundError::Body(_))), "{long:?}");
        let silent = outbound().send(request_of(&server, "/silent")).await;
        assert!(matches!(silent, Err(OutboundError::Timeout(_))), "{silent:?}");
    }

    #[tokio::test]
    async fn plain_http_does_not_leave_this_machine() {
        for url in [
            "http://192.0.2.1/",
            "http://localhost:9/",
            "/relative",
            "ftp://127.0.0.1/",
        ] {
            let refused = outbound().send(request(url)).await;
            assert!(matches!(refused, Err(OutboundError::Insecure)), "{url}: {refused:?}");
        }
    }

    #[tokio::test]
    async fn plain_http_can_be_allowed() {
        let outbound = outbound().allowing_plain_http();
        let unreachable = outbound.send(request("http://certificates.invalid/")).await;
        assert!(
            matches!(unreachable, Err(OutboundError::Exchange(_) | OutboundError::Timeout(_))),
            "{unreachable:?}"
        );
        let refused = outbound.send(request("ftp://127.0.0.1/")).await;
        assert!(matches!(refused, Err(OutboundError::Insecure)), "{refused:?}");
    }
}
