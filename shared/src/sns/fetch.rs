//! The way to certificates, and to the address that confirms a subscription. Behind a trait, because tests bring certificates
//! of their own; which addresses are asked at all is decided in `urls`.

use std::error::Error;
use std::fmt;
use std::pin::Pin;
use std::sync::OnceLock;
use std::time::Duration;

use http::{Request, StatusCode};
use http_body_util::{BodyExt, Limited};
use tokio::time::timeout;

use crate::outbound::{HttpsClient, client};

/// The whole exchange. SNS waits fifteen seconds for our answer.
const PATIENCE: Duration = Duration::from_secs(3);

/// Certificates have two kilobytes, chains of them ten.
const LONGEST_ANSWER: usize = 64 * 1024;

pub type Fetching<'a> = Pin<Box<dyn Future<Output = Result<Vec<u8>, FetchError>> + Send + 'a>>;

/// Asks for what is at an address.
pub trait Fetch: Send + Sync {
    /// The body of an answer of status 200.
    fn get<'a>(&'a self, url: &'a str) -> Fetching<'a>;
}

#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// There is nothing of use at the address. Redirects are among these: they are not followed.
    #[error("status {0}")]
    Status(StatusCode),
    #[error("no usable answer")]
    Unreachable(#[source] Box<dyn Error + Send + Sync>),
}

/// Over the network. The client is made at its first use: most messages come with Lambda's own trigger, and need none.
#[derive(Default)]
pub struct Web(OnceLock<HttpsClient>);

impl Fetch for Web {
    fn get<'a>(&'a self, url: &'a str) -> Fetching<'a> {
        Box::pin(async move {
            timeout(PATIENCE, self.exchange(url))
                .await
                .unwrap_or_else(|elapsed| Err(FetchError::Unreachable(elapsed.into())))
        })
    }
}

impl Web {
    async fn exchange(&self, url: &str) -> Result<Vec<u8>, FetchError> {
        let request = Request::get(url).body(String::new());
        let request = request.map_err(|error| FetchError::Unreachable(error.into()))?;
        let answer = self.0.get_or_init(client).request(request).await;
        let answer = answer.map_err(|error| FetchError::Unreachable(error.into()))?;
        if answer.status() != StatusCode::OK {
            return Err(FetchError::Status(answer.status()));
        }
        let body = Limited::new(answer.into_body(), LONGEST_ANSWER).collect().await;
        Ok(body.map_err(FetchError::Unreachable)?.to_bytes().to_vec())
    }
}

impl fmt::Debug for Web {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Web").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use axum::Router;
    use axum::response::Redirect;
    use axum::routing::get;
    use tokio::net::TcpListener;

    use super::*;

    /// Where a server is that answers in every way which is of no use, and in one that is.
    async fn server() -> String {
        let router = Router::new()
            .route("/good", get(|| async { "certificate" }))
            .route("/elsewhere", get(|| async { Redirect::temporary("/good") }))
            .route("/long", get(|| async { "x".repeat(LONGEST_ANSWER + 1) }))
            .route("/empty", get(|| async { StatusCode::NO_CONTENT }))
            .route("/silent", get(std::future::pending::<()>));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async { axum::serve(listener, router).await });
        format!("http://{address}")
    }

    #[tokio::test]
    async fn what_is_there_is_fetched() {
        let server = server().await;
        let body = Web::default().get(&format!("{server}/good")).await.unwrap();
        assert_eq!(body, b"certificate");
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
    async fn answers_have_a_limit_in_size_and_time() {
        let server = server().await;
        let web = Web::default();
        let (long, silent) = (format!("{server}/long"), format!("{server}/silent"));
        for url in [&long, &silent, "http://127.0.0.1:9/", "no address"] {
            assert!(matches!(web.get(url).await, Err(FetchError::Unreachable(_))), "{url}");
        }
    }
}
