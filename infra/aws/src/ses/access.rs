//! The permissions that a request to SES needs. Sending needs two: for the identity of the sender, and for the
//! configuration set.

use axum::http::request::Parts;
use serde_json::Value;

use super::operation::Operation;
use crate::iam::{Access, arn};

const SEND: &str = "ses:SendEmail";

pub(crate) fn required_access(head: &Parts, body: &Value) -> Vec<Access> {
    let action = match Operation::of(head) {
        Operation::SendEmail => return sending(body),
        Operation::PutSuppressedDestination => "ses:PutSuppressedDestination".to_owned(),
        Operation::DeleteSuppressedDestination { .. } => "ses:DeleteSuppressedDestination".to_owned(),
        Operation::GetAccount => "ses:GetAccount".to_owned(),
        Operation::GetEmailIdentity { name } => {
            return vec![Access::new(
                "ses:GetEmailIdentity",
                arn("ses", &format!("identity/{name}")),
            )];
        }
        Operation::Unknown => format!("ses:{} {}", head.method, head.uri.path()),
    };
    vec![Access::new(action, "*")]
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

/// The verified identity of a mailbox (`Name <who@domain>`): its domain.
pub fn identity(mailbox: &str) -> &str {
    let domain = mailbox.rsplit('@').next().unwrap_or_default();
    domain.trim_end_matches('>')
}

/// The address of a mailbox.
pub(super) fn address(mailbox: &str) -> &str {
    let address = mailbox.rsplit('<').next().unwrap_or_default();
    address.trim_end_matches('>')
}
