//! The mailbox as a page. The HTML of a mail is in a sandboxed frame without scripts.

use axum::response::{IntoResponse, Response};
use lambda_http::http::header;
use minijinja::{Value, context};

use super::entry::{Entry, Recipients};
use crate::pages::html;

/// Older mail is only in the JSON, because a page with thousands of frames is slow.
const MAX_SHOWN: usize = 100;

pub(in crate::pages) const TEMPLATE: &str = include_str!("page.html");
const SCRIPT: &str = include_str!("page.js");

/// The newest of `mails` is last.
pub(super) fn respond(mails: &[Entry]) -> Response {
    let shown: Vec<_> = mails.iter().rev().take(MAX_SHOWN).map(facts).collect();
    let older = mails.len().saturating_sub(MAX_SHOWN);
    html::respond("mailbox.html", context!(mails => shown, older))
}

fn facts(mail: &Entry) -> Value {
    context! {
        id => mail.id.as_str(),
        at => format!("{:.0}", mail.at),
        to => recipients(&mail.to),
        from => sender(&mail.from),
        subject => mail.subject.as_str(),
        kind => mail.kind.as_deref(),
        url => mail.url.as_deref(),
        text => mail.text.as_deref(),
        html => mail.html.as_deref().map(frame),
    }
}

pub(crate) async fn script() -> Response {
    ([(header::CONTENT_TYPE, "text/javascript; charset=utf-8")], SCRIPT).into_response()
}

/// The sender with a readable name (RFC 2047).
fn sender(from: &str) -> String {
    let header = format!("From: {from}\r\n\r\n");
    let parsed = mail_parser::MessageParser::default().parse(header.as_bytes());
    let sender = parsed.as_ref().and_then(|message| message.from()?.first());
    match sender.map(|sender| (sender.name(), sender.address())) {
        Some((Some(name), Some(address))) => format!("{name} <{address}>"),
        _ => from.to_owned(),
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_a_sender_is_readable() {
        for (from, shown) in [
            (
                "=?UTF-8?B?5a6I6KGb?= <no-reply@example.com>",
                "守衛 <no-reply@example.com>",
            ),
            ("Ostiary <no-reply@example.com>", "Ostiary <no-reply@example.com>"),
            ("no-reply@example.com", "no-reply@example.com"),
            ("", ""),
        ] {
            assert_eq!(sender(from), shown);
        }
    }
}
