//! Certificates, and the address that confirms a subscription. They are fetched behind a trait, because tests bring
//! certificates of their own. `urls` decides which addresses may be fetched.

use std::error::Error;
use std::pin::Pin;
use std::time::Duration;

use http::{Request, StatusCode};

use crate::outbound::Outbound;

/// SNS waits fifteen seconds for our response.
const TIMEOUT: Duration = Duration::from_secs(3);

/// A certificate has two kilobytes, a chain of them ten.
const MAX_RESPONSE_BYTES: usize = 64 * 1024;

pub type Fetching<'a> = Pin<Box<dyn Future<Output = Result<Vec<u8>, FetchError>> + Send + 'a>>;

/// Fetches the content of a URL.
pub trait Fetch: Send + Sync {
    /// The body of a response of status 200.
    fn get<'a>(&'a self, url: &'a str) -> Fetching<'a>;
}

#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// Any status but 200. Redirects are among these, because they are not followed.
    #[error("status {0}")]
    Status(StatusCode),
    #[error("no usable response")]
    Unreachable(#[source] Box<dyn Error + Send + Sync>),
}

/// Over the network.
#[derive(Debug)]
pub struct Web(Outbound);

impl Default for Web {
    fn default() -> Self {
        // Certificate authorities publish their certificates over plain http. A certificate is trusted only by its
        // signature.
        Self(Outbound::new(TIMEOUT, MAX_RESPONSE_BYTES).allowing_plain_http())
    }
}

impl Fetch for Web {
    fn get<'a>(&'a self, url: &'a str) -> Fetching<'a> {
        Box::pin(async move {
            let request = Request::get(url).body(Vec::new());
            let request = request.map_err(|error| FetchError::Unreachable(error.into()))?;
            let response = self.0.send(request).await;
            let response = response.map_err(|error| FetchError::Unreachable(error.into()))?;
            match response.status() {
                StatusCode::OK => Ok(response.into_body()),
                status => Err(FetchError::Status(status)),
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use axum::Router;
    use axum::response::Redirect;
    use axum::routing::get;
    use tokio::net::TcpListener;

    use super::*;
    use crate::outbound::OutboundError;

    /// The URL of a server with one response that is usable and several that are not.
    async fn server() -> String {
        let router = Router::new()
            .route("/good", get(|| async { "certificate" }))
            .route("/elsewhere", get(|| async { Redirect::temporary("/good") }))
            .route("/long", get(|| async { "x".repeat(MAX_RESPONSE_BYTES + 1) }))
            .route("/empty", get(|| async { StatusCode::NO_CONTENT }))
            .route("/silent", get(std::future::pending::<()>));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async { axum::serve(listener, router).await });
        format!("http://{address}")
    }

    #[tokio::test]
    async fn the_content_of_a_url_is_fetched() {
        let server = server().await;
        let body = Web::default().get(&format!("{server}/good")).await.unwrap();
        assert_eq!(body, b"certificate");
    }

    #[tokio::test]
    async fn plain_http_is_allowed_because_authorities_use_it() {
        let error = Web::default()
            .get("http://certificates.invalid/root.cer")
            .await
            .unwrap_err();
        let FetchError::Unreachable(cause) = error else {
            panic!("{error:?}")
        };
        assert!(
            !matches!(cause.downcast_ref(), Some(OutboundError::Insecure)),
            "{cause:?}"
        );
    }

    #[tokio::test]
    async fn redirects_are_not_followed() {
        let server = server().await;
        for (path, status) in [("/elsewhere", 307), ("/nothing", 404), ("/empty", 204)] {
            match Web::default().get(&format!("{server}{path}")).await {
                Err(FetchError::Status(found)) => assert_eq!(found.as_u16(), status),
                other => panic!("{path}: {other:?}"),
            }
        }
    }

    #[tokio::test]
    async fn responses_have_a_limit_in_size_and_time() {
        let server = server().await;
        let web = Web::default();
        let (long, silent) = (format!("{server}/long"), format!("{server}/silent"));
        for url in [&long, &silent, "http://127.0.0.1:9/", "no address"] {
            assert!(matches!(web.get(url).await, Err(FetchError::Unreachable(_))), "{url}");
        }
    }
}
