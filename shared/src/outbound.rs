//! Requests of ours to servers other than AWS's services: to captcha and identity providers, and for certificates.

use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use url::{Host, Url};

/// Redirects are answers like any other to it, and not followed. Which URLs may be plain is for its users to decide.
pub type HttpsClient = Client<HttpsConnector<HttpConnector>, String>;

/// Whether secrets may be sent there: over https, or to an address of this machine.
pub fn is_confidential(url: &Url) -> bool {
    url.scheme() == "https" || (url.scheme() == "http" && is_loopback(url))
}

/// Addresses only: where a name leads is up to a resolver.
fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(_)) | None => false,
    }
}

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
