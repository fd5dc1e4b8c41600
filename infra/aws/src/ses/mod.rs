//! SES, version 2: takes mail as the service would, and puts it into the mailbox.
//!
//! What a request may say is in `request`, what it asks leave for in `access`, what SES tells of a mail afterwards in `feedback`;
//! `suppression` is the account's list.

mod access;
mod feedback;
mod request;
mod suppression;

use axum::{
    http::{Method, StatusCode, request::Parts},
    response::Response,
};
use serde_json::json;

pub(crate) use self::access::asked;
pub(crate) use self::feedback::TOPIC;
pub use self::{access::identity, feedback::Feedback};
use self::{request::SendEmail, suppression::SuppressionList};
use crate::{
    ambient,
    mailbox::{Mail, Mailbox},
    wire,
};

pub(crate) const PATH_PREFIX: &str = "/v2/email/";
const OUTBOUND_EMAILS: &str = "/v2/email/outbound-emails";
const SUPPRESSED_ADDRESSES: &str = "/v2/email/suppression/addresses";

/// The sender of nothing, and the keeper of all.
#[derive(Debug)]
pub(crate) struct Ses {
    mailbox: Mailbox,
    suppressed: SuppressionList,
}

impl Ses {
    pub(crate) fn new(mailbox: Mailbox) -> Self {
        Self {
            mailbox,
            suppressed: SuppressionList::default(),
        }
    }

    pub(crate) fn mailbox(&self) -> &Mailbox {
        &self.mailbox
    }

    pub(crate) fn answer(&self, head: &Parts, body: &[u8]) -> Response {
        let path = head.uri.path();
        match head.method {
            Method::POST if path == OUTBOUND_EMAILS => self.send(body),
            Method::PUT if path == SUPPRESSED_ADDRESSES => self.suppressed.put(body),
            Method::DELETE if path.starts_with(SUPPRESSED_ADDRESSES) => self.suppressed.remove(&address_in(path)),
            _ => wire::rest_error(
                StatusCode::NOT_FOUND,
                "UnknownOperationException",
                "no such operation here",
            ),
        }
    }

    fn send(&self, body: &[u8]) -> Response {
        match accept(body) {
            Ok(mail) => {
                let answer = json!({ "MessageId": mail.id });
                self.mailbox.deliver(mail);
                wire::json(wire::REST_JSON, &answer)
            }
            Err(message) => wire::rest_error(StatusCode::BAD_REQUEST, "BadRequestException", &message),
        }
    }
}

/// The last part of the path, in which an address has its `@` encoded.
fn address_in(path: &str) -> String {
    let part = path.rsplit('/').next().unwrap_or_default();
    // A form without values has its keys encoded in the same way, but for the plus sign.
    let keys = part.replace('+', "%2B");
    let mut keys = url::form_urlencoded::parse(keys.as_bytes());
    keys.next().map(|(address, _)| address.into_owned()).unwrap_or_default()
}

fn accept(body: &[u8]) -> Result<Mail, String> {
    let request: SendEmail = serde_json::from_slice(body).map_err(|error| error.to_string())?;
    let random = ambient::random::<8>().map(|byte| format!("{byte:02x}")).concat();
    // The form of those that SES gives.
    let id = format!("{random}-{}-000000", ambient::random_uuid());
    request.into_mail(id, ambient::now())
}
