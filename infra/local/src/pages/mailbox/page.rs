//! The mailbox as a page. The HTML of a mail is in a sandboxed frame without scripts, and nothing is loaded from other
//! origins.

use std::sync::LazyLock;

use axum::response::{IntoResponse, Response};
use lambda_http::http::{StatusCode, header};
use minijinja::{Environment, Value, context};

use super::entry::{Entry, Recipients};
use crate::response::message;

/// Older mail is only in the JSON, because a page with thousands of frames is slow.
const MAX_SHOWN: usize = 100;

const TEMPLATE: &str = include_str!("page.html");
const SCRIPT: &str = include_str!("page.js");

/// Inline styles are allowed because mails have them, and frames inherit this policy.
const POLICY: &str = "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'unsafe-inline'; img-src data:; \
    form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

static ENVIRONMENT: LazyLock<Environment<'static>> = LazyLock::new(|| {
    let mut environment = Environment::new();
    environment
        .add_template("mailbox.html", TEMPLATE)
        .expect("the built-in template parses");
    environment
});

/// The newest of `mails` is last.
pub(super) fn respond(mails: &[Entry]) -> Response {
    let shown: Vec<_> = mails.iter().rev().take(MAX_SHOWN).map(facts).collect();
    let older = mails.len().saturating_sub(MAX_SHOWN);
    match ENVIRONMENT
        .get_template("mailbox.html")
        .and_then(|template| template.render(context!(mails => shown, older)))
    {
        Ok(html) => {
            let headers = [
                (header::CONTENT_TYPE, "text/html; charset=utf-8"),
                (header::CONTENT_SECURITY_POLICY, POLICY),
                // With `no-referrer`, a browser would send `Origin: null` with the buttons' requests, which are then
                // refused.
                (header::REFERRER_POLICY, "same-origin"),
                (header::CACHE_CONTROL, "no-store"),
            ];
            (headers, html).into_response()
        }
        Err(error) => {
            tracing::error!(%error, "the mailbox page does not render");
            message(StatusCode::INTERNAL_SERVER_ERROR, "the page does not render")
        }
    }
}

fn facts(mail: &Entry) -> Value {
    context! {
        id => mail.id.as_str(),
        at => format!("{:.0}", mail.at),
        to => recipients(&mail.to),
        from => mail.from.as_str(),
        subject => mail.subject.as_str(),
        kind => mail.kind.as_deref(),
        url => mail.url.as_deref(),
        text => mail.text.as_deref(),
        frame => mail.html.as_deref().map(frame),
    }
}

pub(crate) async fn script() -> Response {
    ([(header::CONTENT_TYPE, "text/javascript; charset=utf-8")], SCRIPT).into_response()
}

fn recipients(to: &Recipients) -> String {
    match to {
        Recipients::One(address) => address.clone(),
        Recipients::Many(addresses) => addresses.join(", "),
    }
}

/// The mail's HTML for a frame. Links open in a new tab, because their pages refuse to be framed.
fn frame(html: &str) -> String {
    let base = "<base target=\"_blank\">";
    if html.contains("<head>") {
        html.replacen("<head>", &format!("<head>{base}"), 1)
    } else {
        format!("{base}{html}")
    }
}
