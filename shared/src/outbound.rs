//! Requests of ours to servers other than AWS's services: to captcha providers, and for certificates.

use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;

/// Redirects are answers like any other to it, and not followed. Which URLs may be plain is for its users to decide.
pub type HttpsClient = Client<HttpsConnector<HttpConnector>, String>;

pub fn client() -> HttpsClient {
    let connector = HttpsConnectorBuilder::new()
        .with_provider_and_webpki_roots(rustls::crypto::ring::default_provider())
        .expect("ring speaks the protocol versions that are built in")
        .https_or_http()
        .enable_http1()
        .build();
    // No connection is kept: between two requests the environment may be frozen, and the other end gone.
    Client::builder(TokioExecutor::new())
        .pool_max_idle_per_host(0)
        .build(connector)
}
