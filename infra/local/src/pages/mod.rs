//! `/` and `/_local`: pages that only the local service has, for developers and their tests.
//!
//! `state` is what the pages show; `home`, `book`, `mailbox`, `calls`, `events` and `fault` are pages. They use `state` and
//! `html`, which renders them, and this module uses them.
//!
//! They show mailed tokens, so they are served only under a loopback host name: a web page that resolves its own name
//! to 127.0.0.1 (DNS rebinding), or a tunnel that makes the service public, is refused.

mod book;
mod calls;
mod events;
mod fault;
mod home;
mod html;
mod mailbox;
mod state;

use axum::extract::{Request, State};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use lambda_http::http::{HeaderMap, HeaderName, StatusCode, header};
use url::Url;

pub(crate) use self::book::FOLDER as BOOK;
pub(crate) use self::state::Pages;
use crate::gateway::is_loopback;
use crate::response::message;

const INDEX: &str = "here are /_local/docs/, /_local/mail, /_local/mail.json, /_local/calls, /_local/calls.json, \
                     /_local/audit.json, /_local/events, /_local/events.json and /_local/fault";

/// The pages beside the paths of the gateway.
pub(crate) fn beside(gateway: Router, pages: Pages) -> Router {
    let home = Router::new()
        .route("/", get(home::page))
        .layer(middleware::from_fn(from_this_machine))
        .with_state(pages.clone());
    gateway.merge(home).nest("/_local", routes(pages))
}

fn routes(pages: Pages) -> Router {
    Router::new()
        .route("/docs", get(book::without_slash))
        .route("/docs/", get(book::first_page))
        .route("/docs/{*name}", get(book::file))
        .route("/mail", get(mailbox::page))
        .route("/mail.js", get(mailbox::script))
        .route("/mail.json", get(mailbox::list))
        .route("/mail/{id}/source", get(mailbox::source))
        .route("/mail/{id}/{feedback}", post(mailbox::report))
        .route("/calls", get(calls::page))
        .route("/calls.json", get(calls::json))
        .route("/audit.json", get(audit))
        .route("/events", get(events::page))
        .route("/events.json", get(events::json))
        .route("/fault", get(fault::show).post(fault::set))
        .fallback(|| async { message(StatusCode::NOT_FOUND, INDEX) })
        .layer(middleware::from_fn(from_this_machine))
        .with_state(pages)
}

async fn audit(State(pages): State<Pages>) -> Response {
    Json(pages.audit.list()).into_response()
}

async fn from_this_machine(request: Request, next: Next) -> Response {
    let headers = request.headers();
    let addressed = text(headers, &header::HOST).is_some_and(|host| is_local(&format!("http://{host}")));
    // A browser sends the origin of the page that a form or a script belongs to.
    let sent = text(headers, &header::ORIGIN).is_none_or(is_local);
    if addressed && sent {
        next.run(request).await
    } else {
        message(
            StatusCode::FORBIDDEN,
            "this page answers at 127.0.0.1 and localhost only",
        )
    }
}

fn text<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Option<&'h str> {
    headers.get(name).map(|value| value.to_str().unwrap_or_default())
}

fn is_local(url: &str) -> bool {
    Url::parse(url).is_ok_and(|url| is_loopback(&url))
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
