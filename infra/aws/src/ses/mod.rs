//! SES, version 2: validates mail as the service does, and puts it into the mailbox.
//!
//! `account` is the state of the account, `operation` finds the operation of a request, `access` the permissions that it needs, `request` validates
//! `SendEmail`, `feedback` has the events of a mail, and `suppression` is the account's list.

mod access;
mod account;
mod feedback;
mod operation;
mod request;
mod suppression;

use axum::{
    http::{StatusCode, request::Parts},
    response::Response,
};
use serde_json::json;

pub(crate) use self::access::required_access;
pub use self::{
    access::identity,
    account::{Account, Identity, Refused, Sending},
    feedback::{FEEDBACK_TOPIC, Feedback},
};
use self::{operation::Operation, request::SendEmail, suppression::SuppressionList};
use crate::{
    ambient,
    mailbox::{Mail, Mailbox},
    wire,
};

pub(crate) const PATH_PREFIX: &str = "/v2/email/";

/// Records mail instead of sending it.
#[derive(Debug)]
pub(crate) struct Ses {
    mailbox: Mailbox,
    suppressed: SuppressionList,
    account: Account,
}

impl Ses {
    pub(crate) fn new(mailbox: Mailbox) -> Self {
        Self {
            mailbox,
            suppressed: SuppressionList::default(),
            account: Account::default(),
        }
    }

    pub(crate) fn mailbox(&self) -> &Mailbox {
        &self.mailbox
    }

    pub(crate) fn account(&self) -> &Account {
        &self.account
    }

    pub(crate) fn answer(&self, head: &Parts, body: &[u8]) -> Response {
        match Operation::of(head) {
            Operation::SendEmail => self.send(body),
            Operation::PutSuppressedDestination => self.suppressed.put(body),
            Operation::DeleteSuppressedDestination { address } => self.suppressed.remove(&address),
            Operation::GetAccount => wire::json(wire::REST_JSON, &self.account.describe()),
            Operation::GetEmailIdentity { name } => match self.account.describe_identity(&name) {
                Some(identity) => wire::json(wire::REST_JSON, &identity),
                None => wire::rest_error(StatusCode::NOT_FOUND, "NotFoundException", "no such identity"),
            },
            Operation::Unknown => wire::rest_error(
                StatusCode::NOT_FOUND,
                "UnknownOperationException",
                "no such operation here",
            ),
        }
    }

    fn send(&self, body: &[u8]) -> Response {
        match accept(body) {
            Ok(mail) => {
                if let Err(refusal) = self.account.check(&mail) {
                    let status = StatusCode::from_u16(refusal.status).unwrap_or(StatusCode::BAD_REQUEST);
                    return wire::rest_error(status, refusal.code, &refusal.message);
                }
                let answer = json!({ "MessageId": mail.id });
                self.mailbox.deliver(mail);
                wire::json(wire::REST_JSON, &answer)
            }
            Err(message) => wire::rest_error(StatusCode::BAD_REQUEST, "BadRequestException", &message),
        }
    }
}

fn accept(body: &[u8]) -> Result<Mail, String> {
    let request: SendEmail = serde_json::from_slice(body).map_err(|error| error.to_string())?;
    let random = ambient::random::<8>().map(|byte| format!("{byte:02x}")).concat();
    // The form of message ids of SES.
    let id = format!("{random}-{}-000000", ambient::random_uuid());
    request.into_mail(id, ambient::now())
}
