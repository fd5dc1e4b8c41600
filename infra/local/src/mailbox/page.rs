//! The mailbox as a page. Mails are shown, never run: their HTML is in a frame without scripts, and nothing is loaded from
//! anywhere else.

use std::sync::LazyLock;

use axum::response::{IntoResponse, Response};
use lambda_http::http::{StatusCode, header};
use minijinja::{Environment, Value, context};

use super::entry::{Entry, Recipients};
use crate::pages::message;

/// Older mail is in the JSON; a page of thousands of frames helps nobody.
const SHOWN: usize = 100;

const TEMPLATE: &str = include_str!("page.html");
const SCRIPT: &str = include_str!("page.js");

/// Styles are inline because those of mails are, and frames inherit this.
const POLICY: &str = "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'unsafe-inline'; img-src data:; \
    form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

static ENVIRONMENT: LazyLock<Environment<'static>> = LazyLock::new(|| {
    let mut environment = Environment::new();
    environment
        .add_template("mailbox.html", TEMPLATE)
        .expect("the built-in template parses");
    environment
});

/// `mails`: newest last.
pub(super) fn respond(mails: &[Entry]) -> Response {
    let shown: Vec<_> = mails.iter().rev().take(SHOWN).map(facts).collect();
    let older = mails.len().saturating_sub(SHOWN);
    match ENVIRONMENT
        .get_template("mailbox.html")
        .and_then(|template| template.render(context!(mails => shown, older)))
    {
        Ok(html) => {
            let headers = [
                (header::CONTENT_TYPE, "text/html; charset=utf-8"),
                (header::CONTENT_SECURITY_POLICY, POLICY),
                // `no-referrer` would make a browser hide where the buttons are pressed, which is asked about.
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

/// The mail's HTML for a frame. Links open beside it: the pages that they lead to refuse to be framed.
fn frame(html: &str) -> String {
    let base = "<base target=\"_blank\">";
    if html.contains("<head>") {
        html.replacen("<head>", &format!("<head>{base}"), 1)
    } else {
        format!("{base}{html}")
    }
}
