//! `/_local`: pages that only the local service has, for developers and their tests.
//!
//! `state` is what the pages show; `mailbox` and `fault` are pages. They use `state`, and this module uses them.
//!
//! They show mailed tokens, so they are served only under a loopback host name: a web page that resolves its own name
//! to 127.0.0.1 (DNS rebinding), or a tunnel that makes the service public, is refused.

mod fault;
mod mailbox;
mod state;

use std::net::IpAddr;

use axum::extract::{Request, State};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use lambda_http::http::{HeaderMap, HeaderName, StatusCode, header};
use url::{Host, Url};

pub(crate) use self::state::Pages;
use crate::response::message;

const INDEX: &str = "here are /_local/mail, /_local/mail.json, /_local/calls.json and /_local/fault";

/// To be nested under `/_local`.
pub(crate) fn routes(pages: Pages) -> Router {
    Router::new()
        .route("/mail", get(mailbox::page))
        .route("/mail.js", get(mailbox::script))
        .route("/mail.json", get(mailbox::list))
        .route("/mail/{id}/{feedback}", post(mailbox::report))
        .route("/calls.json", get(calls))
        .route("/fault", get(fault::show).post(fault::set))
        .fallback(|| async { message(StatusCode::NOT_FOUND, INDEX) })
        .layer(middleware::from_fn(from_this_machine))
        .with_state(pages)
}

async fn calls(State(pages): State<Pages>) -> Response {
    Json(pages.calls.snapshot()).into_response()
}

async fn from_this_machine(request: Request, next: Next) -> Response {
    let headers = request.headers();
    let addressed = text(headers, &header::HOST).is_some_and(|host| is_local(&format!("http://{host}")));
    // A browser sends the origin of the page that a form or a script belongs to.
    let sent = text(headers, &header::ORIGIN).is_none_or(is_local);
    if addressed && sent {
        next.run(request).await
    } else {
        message(StatusCode::FORBIDDEN, "/_local answers at 127.0.0.1 and localhost only")
    }
}

fn text<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Option<&'h str> {
    headers.get(name).map(|value| value.to_str().unwrap_or_default())
}

fn is_local(url: &str) -> bool {
    match Url::parse(url).ok().as_ref().and_then(Url::host) {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => IpAddr::V4(address).is_loopback(),
        Some(Host::Ipv6(address)) => IpAddr::V6(address).is_loopback(),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn loopback_names_are_distinguished_from_others() {
        for local in ["http://127.0.0.1:3000", "http://localhost", "https://[::1]:3000"] {
            assert!(is_local(local), "{local}");
        }
        for other in [
            "http://evil.test",
            "http://127.0.0.1.evil.test",
            "http://10.0.0.1",
            "null",
            "http://",
            "http://0.0.0.0",
        ] {
            assert!(!is_local(other), "{other}");
        }
    }
}
