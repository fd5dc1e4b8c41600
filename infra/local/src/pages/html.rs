//! Pages as HTML. Nothing is loaded from other origins, except for the logo in a mail.

use std::sync::LazyLock;

use axum::response::{IntoResponse as _, Response};
use lambda_http::http::{StatusCode, header};
use minijinja::{Environment, Value};

use super::{book, calls, events, home, mailbox};
use crate::response::message;

/// Inline styles are allowed because mails have them, and the frames of the mailbox inherit this policy.
const POLICY: &str = "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'unsafe-inline'; img-src data: https:; \
    form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

static ENVIRONMENT: LazyLock<Environment<'static>> = LazyLock::new(|| {
    let mut environment = Environment::new();
    for (name, template) in [
        ("layout.html", include_str!("layout.html")),
        ("home.html", home::TEMPLATE),
        ("book.html", book::TEMPLATE),
        ("calls.html", calls::TEMPLATE),
        ("events.html", events::TEMPLATE),
        ("mailbox.html", mailbox::TEMPLATE),
    ] {
        environment
            .add_template(name, template)
            .expect("the built-in template parses");
    }
    environment
});

pub(super) fn respond(template: &str, context: Value) -> Response {
    match ENVIRONMENT
        .get_template(template)
        .and_then(|template| template.render(context))
    {
        Ok(html) => {
            let headers = [
                (header::CONTENT_TYPE, "text/html; charset=utf-8"),
                (header::CONTENT_SECURITY_POLICY, POLICY),
                // With `no-referrer`, a browser would send `Origin: null` with the requests of the mailbox's buttons,
                // which are then refused.
                (header::REFERRER_POLICY, "same-origin"),
                (header::CACHE_CONTROL, "no-store"),
            ];
            (headers, html).into_response()
        }
        Err(error) => {
            tracing::error!(%error, template, "a page does not render");
            message(StatusCode::INTERNAL_SERVER_ERROR, "the page does not render")
        }
    }
}
