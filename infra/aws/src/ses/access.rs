//! What a request to SES asks leave for. Sending needs it twice: for the identity that mail is sent as, and for the configuration set.

use axum::http::{Method, request::Parts};
use serde_json::Value;

use super::{OUTBOUND_EMAILS, SUPPRESSED_ADDRESSES};
use crate::iam::{Access, arn};

const SEND: &str = "ses:SendEmail";

pub(crate) fn asked(head: &Parts, body: &Value) -> Vec<Access> {
    let path = head.uri.path();
    let asked = match head.method {
        Method::POST if path == OUTBOUND_EMAILS => return sending(body),
        Method::PUT if path == SUPPRESSED_ADDRESSES => "ses:PutSuppressedDestination".to_owned(),
        Method::DELETE if path.starts_with(SUPPRESSED_ADDRESSES) => "ses:DeleteSuppressedDestination".to_owned(),
        _ => format!("ses:{} {path}", head.method),
    };
    vec![Access::new(asked, "*")]
}

fn sending(body: &Value) -> Vec<Access> {
    let from = body["FromEmailAddress"].as_str().unwrap_or_default();
    let identity = arn("ses", &format!("identity/{}", identity(from)));
    let set = body["ConfigurationSetName"].as_str();
    let set = set.map(|name| arn("ses", &format!("configuration-set/{name}")));
    [Some(identity), set]
        .into_iter()
        .flatten()
        .map(|resource| Access::new(SEND, resource))
        .collect()
}

/// What is verified of a mailbox (`Name <who@domain>`): here, its domain.
pub fn identity(mailbox: &str) -> &str {
    let domain = mailbox.rsplit('@').next().unwrap_or_default();
    domain.trim_end_matches('>')
}
